"""Images of pages -> Pages: PNG, JPEG, TIFF (one page or several), BMP and WebP, made ready for reading."""

import io
import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from qa.errors import InputError
from qa.pages import read_each
from qa.records import Page
from qa.scans import MAX_PIXELS, read_scan

__all__ = ["MAX_FRAMES", "page_image", "read_image"]

MAX_FRAMES = 2000  # pages of one TIFF

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
_ENORMOUS = f"{{}}: more than {Image.MAX_IMAGE_PIXELS:,} pixels; save it at 300 dpi or less"
_TURNS = {  # values of the Exif tag Orientation (Exif 2.32, 4.6.4)
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises for damaged data; its plugins do not keep to one kind.
_DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    RuntimeError,
)


def read_image(file: str, data: bytes, skip: Callable[[InputError], None]) -> Iterator[Page]:
    """Yield the pages of an image; ``Page.number`` counts those of a TIFF of several, from 1.

    Pages that cannot be read are told to ``skip`` after the others. Raises InputError when ``data`` is
    no image, damaged, moving or enormous, or none of its pages can be read.
    """
    with _open(file, data) as image:
        count = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
        if count == 1 and getattr(image, "is_animated", False) and image.format != "MPO":
            raise InputError(f"{file}: a moving image; save the page as a still one")
        if count > MAX_FRAMES:
            raise InputError(
                f"{file}: {count:,} pages, more than {MAX_FRAMES:,}; split it into smaller files"
            )

        def read(number: int) -> Page:
            name = str(number + 1) if count > 1 else None
            return read_scan(file, name, _frame(file, image, number))

        yield from read_each(count, read, skip)


def page_image(file: str, data: bytes, number: int) -> Image.Image:
    """Return page ``number`` (from 0) of an image, upright and in grey. Raises InputError as `read_image`."""
    with _open(file, data) as image:
        return _frame(file, image, number)


def _open(file: str, data: bytes) -> Image.Image:
    try:
        with _quiet():
            return Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise InputError(_ENORMOUS.format(file)) from error
    except UnidentifiedImageError as error:
        raise InputError(f"{file}: damaged, or no image; scan or export it again") from error
    except _DAMAGED as error:
        raise InputError(f"{file}: damaged image; scan or export it again") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow from printing what it finds odd; an image beyond its limit on pixels is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _frame(file: str, image: Image.Image, number: int) -> Image.Image:
    """Return a page of an image: upright, in grey, of MAX_PIXELS at the most."""
    try:
        with _quiet():
            image.seek(number)
            if image.width * image.height > (Image.MAX_IMAGE_PIXELS or math.inf):
                raise InputError(_ENORMOUS.format(file))
            image.load()
            grey = _grey(image)
            orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise InputError(_ENORMOUS.format(file)) from error
    except _DAMAGED as error:
        raise InputError(f"{file}: damaged or truncated image; scan or export it again") from error
    if orientation in _TURNS:
        grey = grey.transpose(_TURNS[orientation])
    scale = math.sqrt(MAX_PIXELS / (grey.width * grey.height))
    if scale >= 1:
        return grey
    return grey.resize(
        (max(int(grey.width * scale), 1), max(int(grey.height * scale), 1)), Image.Resampling.BOX
    )


def _grey(image: Image.Image) -> Image.Image:
    """Return an image in grey of 8 bits, on white where it is transparent."""
    if image.has_transparency_data:
        coloured = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), coloured).convert("L")
    if image.mode.startswith(("I", "F")):  # 16 bits and more
        values = np.asarray(image, dtype=np.float32)
        return Image.fromarray((values * (255 / max(float(values.max()), 1.0))).clip(0, 255).astype(np.uint8))
    return image.convert("L")

"""The engine that reads print in pictures: RapidOCR with the PP-OCR models of its own wheel, an extra.

It is made when the first scan is met, once for each process, and never asks the network.
"""

import multiprocessing
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Engine", "Picture", "ReadLine", "load_engine", "ocr_installed"]

# Of shape (height, width): 0 is black, 255 white.
Picture = NDArray[np.uint8]

_LONGEST_SIDE = 2400  # pixels of the picture that lines are looked for in; more is slower and finds no more
_MOST_LINES = 4000  # outlines that are looked at; the default of 1,000 would cut a broadsheet short


@dataclass(frozen=True, slots=True)
class ReadLine:
    """The characters of a line, where the middle of each is in pixels, and how sure they are, 0 to 1."""

    text: str
    middles: tuple[float, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Engine:
    """Finds the lines of print in a picture, and reads one line."""

    reader: Any

    def find_lines(self, picture: Picture) -> NDArray[np.float64]:
        """Return the corners of lines, (x, y) clockwise from the top left, in pixels; of shape (n, 4, 2)."""
        found = self.reader(picture, use_det=True, use_cls=False, use_rec=False)
        return np.zeros((0, 4, 2)) if found.boxes is None else np.asarray(found.boxes, dtype=np.float64)

    def read_line(self, picture: Picture) -> ReadLine:
        """Read the line that fills a picture."""
        read = self.reader(picture, use_det=False, use_cls=False, use_rec=True, return_word_box=True)
        words = read.word_results[0] if read.txts else None
        if not words or not words.line_txt_len:
            return ReadLine("", (), 0.0)
        step = picture.shape[1] / words.line_txt_len
        return ReadLine(
            "".join(character for word in words.words for character in word),
            tuple((column + 0.5) * step for columns in words.word_cols for column in columns),
            float(read.scores[0]),
        )


def ocr_installed() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("rapidocr") is not None


@cache
def load_engine() -> Engine:
    """Return the engine of this process. Raises ImportError without the extra."""
    import rapidocr  # noqa: PLC0415 (takes a second, and is an extra)

    models = Path(rapidocr.__file__).parent / "models"
    # Where a path is given, nothing is downloaded.
    settings = {
        "Global.log_level": "critical",
        "Global.text_score": 0.0,
        "Global.use_preprocess_img": False,
        "Global.use_vertical_padding": False,
        "Det.model_path": str(next(models.glob("*_det_*.onnx"))),
        "Det.limit_type": "max",
        "Det.limit_side_len": _LONGEST_SIDE,
        "Det.max_candidates": _MOST_LINES,
        "Rec.model_path": str(next(models.glob("*_rec_*.onnx"))),
        "EngineConfig.onnxruntime.intra_op_num_threads": 1 if multiprocessing.parent_process() else 2,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    return Engine(rapidocr.RapidOCR(params=settings))

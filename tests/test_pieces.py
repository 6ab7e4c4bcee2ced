"""Pieces of words: every character stands in one, and their vectors are the bundled model's."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from embeddings.pieces import PIECE_WIDTH, cut_pieces, piece_vectors
from embeddings.universal import load_backend


def test_the_characters_of_a_piece_are_its_own() -> None:
    text = "江西综治中心化解38.1万件"
    ids, piece_of = cut_pieces(text)
    pieces = load_backend().sp.encode(text, out_type=str)
    for number, piece in enumerate(pieces):
        letters = piece.replace("▁", "")
        assert "".join(c for c, of in zip(text, piece_of, strict=True) if of == number) == letters
    assert len(ids) == len(pieces)


def test_characters_that_the_tokenizer_writes_as_several_keep_their_places() -> None:
    text = "风停了……开海"
    ids, piece_of = cut_pieces(text)
    pieces = load_backend().sp.id_to_piece(ids.tolist())
    assert "开" in pieces[piece_of[text.index("开")]]


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_any_text_has_a_piece_for_each_character(text: str) -> None:
    ids, piece_of = cut_pieces(text)
    assert piece_of.shape == (len(text),)
    assert (piece_of >= 0).all()
    assert (piece_of < max(len(ids), 1)).all()


def test_vectors_are_those_of_the_model() -> None:
    ids, _ = cut_pieces("中心")
    vectors = piece_vectors(ids)
    assert vectors.shape == (len(ids), PIECE_WIDTH)
    assert vectors.dtype == np.float32
    assert piece_vectors([]).shape == (0, PIECE_WIDTH)
    assert np.array_equal(piece_vectors(ids[::-1]), vectors[::-1])

"""The endpoint's writer against a real server on loopback that behaves well and badly."""

import socket
import time

import pytest
from language_model import Behaviour, LanguageModel, serve

from qa.endpoint import EndpointWriter, endpoint_writing
from qa.errors import InputError, WriterError
from qa.prompts import Message

QUESTION: list[Message] = [{"role": "user", "content": "桥是哪年建成的？"}]


def test_a_reply_comes_in_pieces_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAO_LLM_KEY", "secret-7")
    with serve(LanguageModel("桥是1957年建成的。[1]")) as model:
        pieces = [piece for piece in EndpointWriter(model.url, "qwen").write(QUESTION) if piece]

    assert "".join(pieces) == "桥是1957年建成的。[1]"
    assert len(pieces) > 1
    assert model.requests[0]["model"] == "qwen"
    assert model.requests[0]["messages"] == QUESTION
    assert model.requests[0]["stream"] is True
    assert model.keys == ["Bearer secret-7"]


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("error", "answered 500"),
        ("garbage", "cannot be read"),
        ("cut", "broke off"),
        ("hang", "no whole reply within"),
        ("busy", "no whole reply within"),
    ],
)
def test_a_bad_reply_is_told_in_time(behaviour: Behaviour, message: str) -> None:
    began = time.monotonic()
    with serve(LanguageModel("桥是1957年建成的。[1]", behaviour)) as model:
        writer = EndpointWriter(model.url, "qwen", timeout=1.0)
        with pytest.raises(WriterError, match=message):
            list(writer.write(QUESTION))

    assert len(model.requests) == 1, "a failing endpoint is not asked again"
    assert time.monotonic() - began < 25


def test_an_absent_endpoint_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(WriterError, match="cannot be reached"):
        list(EndpointWriter(f"http://127.0.0.1:{port}/v1", "qwen").write(QUESTION))


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(InputError, match="not a URL"):
        EndpointWriter("localhost:11434", "qwen")


def test_the_options_go_together() -> None:
    assert endpoint_writing(None, None, 60, "drop") is None
    with pytest.raises(InputError, match="give both"):
        endpoint_writing("http://127.0.0.1:1/v1", None, 60, "drop")
    writing = endpoint_writing("http://127.0.0.1:1/v1", "qwen", 60, "mark")
    assert writing is not None
    assert writing.unsupported == "mark"

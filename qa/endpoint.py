"""A Writer over any OpenAI-compatible endpoint, through the `openai` client (the extra `llm`)."""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

from qa.errors import InputError, WriterError
from qa.prompts import Message
from qa.writing import Unsupported, Writing

__all__ = ["KEY_VARIABLE", "EndpointWriter", "endpoint_writing"]

KEY_VARIABLE = "WENBAO_LLM_KEY"
_LONGEST = 20_000  # characters of a reply, a reasoning model's thoughts included
# What the client lets through where a reply is not of the form it expects.
_UNREADABLE = (ValueError, TypeError, AttributeError, OSError)


def endpoint_writing(
    url: str | None, model: str | None, timeout: float, unsupported: Unsupported
) -> Writing | None:
    """Return how the options --llm, --llm-model and --unsupported have answers told; None without --llm.

    Raises InputError where one of the first two is missing, and as EndpointWriter does.
    """
    if not url and not model:
        return None
    if not url or not model:
        raise InputError("--llm URL and --llm-model NAME go together: give both")
    return Writing(EndpointWriter(url, model, timeout=timeout), unsupported)


class EndpointWriter:
    """A language model at a URL such as ``http://127.0.0.1:11434/v1``; safe to use from several threads.

    The key is read from the environment variable WENBAO_LLM_KEY; local servers need none. ``timeout`` is
    the seconds that a whole reply may take. Raises InputError for a URL that is none, or where the
    client is not installed.
    """

    def __init__(self, url: str, model: str, *, timeout: float = 60.0) -> None:
        if not url.startswith(("http://", "https://")):
            raise InputError(f"--llm {url}: not a URL; write it as http://127.0.0.1:11434/v1")
        try:
            import openai  # noqa: PLC0415 (an extra, and a second to import)
        except ImportError as error:
            raise InputError('--llm needs the openai client: pip install "wenbao[llm]"') from error
        self.model = model
        self._timeout = timeout
        key = os.environ.get(KEY_VARIABLE) or "none"
        self._client = openai.OpenAI(base_url=url, api_key=key, timeout=timeout, max_retries=0)

    def write(self, messages: Sequence[Message]) -> Iterator[str]:
        """Yield the reply in pieces.

        Raises WriterError when the endpoint is not there, refuses, sends what is no reply, breaks off, or
        has not finished in time.
        """
        import httpx  # noqa: PLC0415 (came with openai)
        import openai  # noqa: PLC0415

        deadline = time.monotonic() + self._timeout
        try:
            yield from self._pieces(messages, deadline)
        except openai.APIStatusError as error:
            raise WriterError(f"{self.model}: the endpoint answered {error.status_code}") from error
        except (openai.OpenAIError, httpx.HTTPError, httpx.StreamError, *_UNREADABLE) as error:
            slow = time.monotonic() > deadline or isinstance(
                error, openai.APITimeoutError | httpx.TimeoutException
            )
            if slow:
                message = f"{self.model}: no whole reply within {self._timeout:g} s (--llm-timeout)"
            elif isinstance(error, openai.APIConnectionError):
                message = f"{self.model}: the endpoint cannot be reached; is it running?"
            else:
                message = f"{self.model}: the endpoint's reply cannot be read"
            raise WriterError(message) from error

    def _pieces(self, messages: Sequence[Message], deadline: float) -> Iterator[str]:
        conversation: Any = list(messages)
        stream = self._client.chat.completions.create(model=self.model, messages=conversation, stream=True)
        # The client's own time-out starts anew with every byte, such as the dots of a server that is busy.
        alarm = threading.Timer(max(deadline - time.monotonic(), 0), stream.close)
        alarm.daemon = True
        alarm.start()
        finished, length = None, 0
        try:
            for chunk in stream:
                for choice in chunk.choices[:1]:
                    finished = choice.finish_reason or finished
                    length += len(choice.delta.content or "")
                    yield choice.delta.content or ""
                if length > _LONGEST:
                    break
        finally:
            alarm.cancel()
            stream.close()
        if finished != "stop":
            raise WriterError(f"{self.model}: the reply broke off")

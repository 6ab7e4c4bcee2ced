"""The log of questions: one JSON object a line for each, without its text unless that is asked for."""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

from qa.errors import InputError
from qa.observation import Observation

__all__ = ["QuestionLog"]


class QuestionLog:
    """An Observer that writes to a file, or with ``-`` to standard error; a file may be rotated under it.

    ``texts`` puts the questions themselves, and the short answers, into the log. Raises InputError when
    the file cannot be written.
    """

    def __init__(self, path: Path, *, texts: bool = False) -> None:
        self._texts = texts
        self._log = logging.Logger("wenbao questions")
        try:
            handler = (
                logging.StreamHandler() if str(path) == "-" else WatchedFileHandler(path, encoding="utf-8")
            )
        except OSError as error:
            reason = f"{path}: cannot be written ({error.strerror}); choose another --log"
            raise InputError(reason) from error
        self._log.addHandler(handler)

    def observe(self, observation: Observation) -> None:
        """Write a question's line."""
        told: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "event": "question",
            "outcome": observation.outcome,
            "milliseconds": round(observation.seconds * 1000, 2),
            "stages": {name: round(seconds * 1000, 2) for name, seconds in observation.stages.items()},
        }
        answer = observation.answer
        if answer:
            told |= {
                "confidence": round(answer.confidence, 4),
                "citations": len(answer.citations),
                "statements": len(answer.statements),
            }
        if self._texts:
            told |= {"question": observation.question, "short_answer": answer and answer.short_answer}
        self._log.info(json.dumps(told, ensure_ascii=False))

"""Log lines: one JSON object each. The event-like name is the message, facts are fields; of a person, ids only.

One processor masks what slips in all the same: e-mail addresses, and values of fields that are secrets.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from structlog.processors import ExceptionRenderer
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor

_SECRET_FIELDS: Final = re.compile(
    r"token|secret|password|passport|authorization|cookie|hash|api_key|^code$", re.IGNORECASE
)
_EMAIL: Final = re.compile(r"([^\s@<>\"',;:=(]{1,2})[^\s@<>\"',;:=(]*@([^\s@<>\"',;:)]+)")
_TOKENS: Final = re.compile(r"\b((?:sk|rk|pk)_(?:test|live)_|eyJ)[A-Za-z0-9_.\-]{8,}")

log: Any = structlog.get_logger()


def configure(*, service: str, level: str) -> None:
    """Once per process: JSON lines on standard error, from `level` (debug, info, warning, error) upward."""
    lowest = getattr(logging, level.upper())
    logging.basicConfig(stream=sys.stderr, level=max(lowest, logging.WARNING), format="%(message)s")
    structlog.contextvars.bind_contextvars(service=service)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _of(service),
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),  # they hold codes and tokens
            redact,
            structlog.processors.JSONRenderer(ensure_ascii=True),  # a line break in a value stays an escape
        ],
        wrapper_class=structlog.make_filtering_bound_logger(lowest),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _of(service: str) -> Processor:
    """On every line of every thread; variables bound at the start would be on those of the first alone."""

    def stamp(_logger: Any, _method: str, line: EventDict) -> EventDict:
        line.setdefault("service", service)
        return line

    return stamp


def redact(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Secrets become `***`, addresses `mi***@example.com`, at any depth."""
    return {key: "***" if _SECRET_FIELDS.search(key) and line[key] else _masked(line[key]) for key in line}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return _TOKENS.sub(r"\1***", _EMAIL.sub(r"\1***@\2", value))
    if isinstance(value, dict):
        return redact(None, "", value)
    if isinstance(value, list | tuple):
        return [_masked(each) for each in value]
    return value

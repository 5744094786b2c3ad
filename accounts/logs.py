"""Lines of the log: each under the id of the request that led to it, and without anybody's data.

Only what our own code says is written out. Of other libraries, which put addresses and what people typed into their
words, the sentence is kept and not what they fill in; of an exception its kind and where it was raised, and not its words.
"""

from __future__ import annotations

import json
import logging
import os
import re
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured

OURS = {"accounts", "projects", "communities", "compliance", "config"}
FIELDS = ("route", "method", "status", "milliseconds", "kind", "subject", "attempt")
"""What a line of ours may say beside its message, by `extra`."""
PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
FILLED_IN = re.compile(r"%(\(\w+\))?[-#0 +]*[\d.*]*[A-Za-z]")
BEGINS_WHAT_IS_FILLED_IN = re.compile(r"[:=‘“'\"\n]")
OF_THE_MACHINE = (ImportError, ImproperlyConfigured)
"""Exceptions whose words are of the installation, and needed to mend it."""
CURRENT_ID: ContextVar[str] = ContextVar("request id", default="")


def new_id() -> str:
    """An id that nobody had."""
    return secrets.token_hex(8)


def plain_id(given: str | None) -> str:
    """The id that a caller gave, where it is short and plain; else a new one."""
    return given if given and PLAIN_ID.fullmatch(given) else new_id()


def current_id() -> str:
    """The id under which we work; empty outside any request or job."""
    return CURRENT_ID.get()


@contextmanager
def under(request_id: str) -> Iterator[None]:
    """Work under an id."""
    token = CURRENT_ID.set(request_id)
    try:
        yield
    finally:
        CURRENT_ID.reset(token)


def described(error: BaseException) -> str:
    """What went wrong without the words, which may quote a row, an address or a form."""
    name, cause = type(error).__name__, error.__cause__ or error
    if state := getattr(cause, "sqlstate", None):
        diagnosis = getattr(cause, "diag", None)
        return " ".join(filter(None, (name, state, getattr(diagnosis, "constraint_name", None))))
    if (
        isinstance(error, OF_THE_MACHINE) or name == "OperationalError"
    ):  # the database's or the broker's: nobody connects
        return f"{name}: {error}"
    if isinstance(error, OSError) and error.errno:
        return f"{name}: {os.strerror(error.errno)}"
    return name


def traced(error: BaseException) -> str:
    """Where it was raised, and what led to it, the first cause first."""
    last = "".join(traceback.format_tb(error.__traceback__)) + described(error)
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{traced(before)}\n{last}" if before else last


def said(record: logging.LogRecord) -> str:
    """The message; of other libraries without what they fill in, and of exceptions without their words."""
    if isinstance(record.msg, BaseException):
        return described(record.msg)
    words = str(record.msg)
    if record.name.partition(".")[0] not in OURS:
        return FILLED_IN.sub("…", words) if record.args else BEGINS_WHAT_IS_FILLED_IN.split(words, maxsplit=1)[0]
    if not isinstance(record.args, tuple):
        return record.getMessage()
    values = tuple(described(value) if isinstance(value, BaseException) else value for value in record.args)
    return words % values if values else words


def event(record: logging.LogRecord) -> dict[str, Any]:
    """What is logged of one event, by name."""
    told = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": said(record),
        "id": current_id(),
        **{name: getattr(record, name) for name in FIELDS if hasattr(record, name)},
    }
    error = record.exc_info[1] if record.exc_info else None
    return told | ({"trace": traced(error)} if error else {})


class JsonLine(logging.Formatter):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return json.dumps(event(record), ensure_ascii=False, default=str)


class Line(logging.Formatter):
    """One line to read, and below it where something was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = event(record)
        trace = told.pop("trace", None)
        first = f"{told.pop('time')} {told.pop('level')} {told.pop('logger')} [{told.pop('id')}] {told.pop('message')}"
        line = " ".join([first, *(f"{name}={value}" for name, value in told.items())])
        return f"{line}\n{trace}" if trace else line

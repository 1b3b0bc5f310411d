"""Every text that a request brings, before any view reads it: query, form and JSON, names and values."""

from collections.abc import Iterator
from typing import Any

from flask import request

from shared.errors import Refusal
from shared.web.api import read_json


def texts() -> Iterator[str]:
    """All of them; a body that is not JSON has none, and its view refuses it.

    Forms with a file are left to their view: only it knows how large they may be, and their words are its own.
    """
    is_upload = request.mimetype == "multipart/form-data"
    for given in (request.args,) if is_upload else (request.args, request.form):
        for name, value in given.items(multi=True):
            yield name
            yield value
    if request.mimetype.endswith("json"):
        try:
            body = read_json(request.get_data(cache=True), content_type=request.mimetype)
        except Refusal:
            return
        yield from _within(body)


def _within(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _within(each)
    elif isinstance(value, list):
        for each in value:
            yield from _within(each)

"""The conventions of the public API, once: strict JSON in, problem documents out, OpenAPI 3.1 from the same schemas."""

import json
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import marshmallow as ma
from flask import Flask
from flask_smorest import Api
from flask_smorest.blueprint import Blueprint
from webargs.flaskparser import FlaskParser

from shared.errors import FieldError, Invalid, Refusal
from shared.web.fields import LARGEST_INTEGER, Schema
from shared.web.fields import field_errors as field_errors

View = TypeVar("View", bound=Any)
DEEPEST: Final = 50  # levels of nesting in a body


class Malformed(Invalid):
    """The request does not fit its schema; nothing was looked at any further."""

    code = "malformed_request"


class UnsupportedMediaType(Refusal):
    """The body is not JSON, or says so."""

    code = "unsupported_media_type"


class ErrorDetail(Schema):
    """One thing wrong with the input."""

    field = ma.fields.String(metadata={"description": "Dotted path of the field"})
    code = ma.fields.String(metadata={"description": "Stable code"})
    detail = ma.fields.String(metadata={"description": "What is wrong and how to mend it"})


class Problem(Schema):
    """A problem document, RFC 9457."""

    type = ma.fields.String(metadata={"description": "Where this kind of problem is explained"})
    title = ma.fields.String(metadata={"description": "The status in words"})
    status = ma.fields.Integer(metadata={"description": "The HTTP status"})
    code = ma.fields.String(metadata={"description": "Stable code of the problem"})
    detail = ma.fields.String(metadata={"description": "A sentence for people"})
    instance = ma.fields.String(metadata={"description": "The request's id"})
    errors = ma.fields.List(ma.fields.Nested(ErrorDetail), metadata={"description": "Field by field"})


class _Parser(FlaskParser):
    """webargs, with our reading of JSON and our refusals."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - the library's own name and type
        "json": ma.RAISE,
        "query": ma.RAISE,
        "form": ma.RAISE,
        "files": ma.RAISE,
        "headers": ma.EXCLUDE,
        "cookies": ma.EXCLUDE,
        "path": ma.RAISE,
    }

    DEFAULT_VALIDATION_STATUS = 400

    def _raw_load_json(self, req: Any) -> Any:
        return read_json(req.get_data(cache=True), content_type=req.mimetype)

    def handle_error(self, error: Any, *_given: Any, **_options: Any) -> Any:
        raise Malformed(*field_errors(error.messages))


class ApiBlueprint(Blueprint):
    """The views of one resource, under `/v1/<resource>`."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, resource: str, *, description: str = "") -> None:
        super().__init__(resource, resource, url_prefix=f"/v1/{resource}", description=description)

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """flask-smorest's, with a type."""
        return cast(Callable[[View], View], super().route(rule, **options))

    def arguments(
        self, schema: type[ma.Schema] | ma.Schema, *, location: str = "json", **options: Any
    ) -> Callable[[View], View]:
        """flask-smorest's, with a type."""
        return cast(Callable[[View], View], super().arguments(schema, location=location, **options))

    def response(
        self, status_code: int, schema: type[ma.Schema] | ma.Schema | dict[str, str] | None = None, **options: Any
    ) -> Callable[[View], View]:
        """flask-smorest's, with a type."""
        return cast(Callable[[View], View], super().response(status_code, schema, **options))


class BursarApi(Api):
    """flask-smorest without its own error answers, and with ours in the description."""

    ERROR_SCHEMA = Problem  # type: ignore[assignment]  # the library means any schema

    def __init__(self, app: Flask) -> None:
        app.config.update(API_TITLE="Bursar", API_VERSION="v1", OPENAPI_VERSION="3.1.0")
        super().__init__(app)

    def _register_error_handlers(self) -> None:
        """Ours are registered by `create_app`."""

    def register_blueprint(self, blp: Blueprint, *, parameters: Any = None, **options: Any) -> None:
        super().register_blueprint(blp, parameters=parameters, **options)


def read_json(raw: bytes, *, content_type: str) -> Any:
    """The value of a JSON body; an empty one is an empty object. Raises Malformed, UnsupportedMediaType.

    No NaN or Infinity, no name twice in an object, no integer past 2**53, no nesting past 50 levels, and neither NUL
    nor half a surrogate pair, which no database and no document can hold.
    """
    if not raw:
        return {}
    if content_type not in ("application/json", "application/merge-patch+json"):
        raise UnsupportedMediaType
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_never, parse_float=_finite, parse_int=_whole
        )
    except (ValueError, RecursionError):
        raise Malformed(FieldError.of("", "not_json")) from None
    if _depth(value) > DEEPEST:
        raise Malformed(FieldError.of("", "too_deep", deepest=DEEPEST))
    if not _is_storable(value):
        raise Malformed(FieldError.of("", "not_json"))
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice in one object")
    return found


def _never(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number past a double")
    return number


def _whole(text: str) -> int:
    if len(text) > len(str(-LARGEST_INTEGER)) or abs(int(text)) > LARGEST_INTEGER:
        raise ValueError("an integer that not every client's JSON can hold")
    return int(text)


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, dict):
        return all(_is_storable(each) for each in (*value.keys(), *value.values()))
    return not isinstance(value, list) or all(_is_storable(each) for each in value)


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
    return deepest

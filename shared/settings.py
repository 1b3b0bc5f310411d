"""Environment to a frozen dataclass, all problems at once. A field is a variable; nobody else reads the environment.

The field's name in capitals is the variable, its annotation the type, `metadata["about"]` its line in
`.env.example`. A variable may be prefixed with the service's name (`PORTAL_DATABASE_URL`), which wins:
that is how one process can hold several services.
"""

import dataclasses
import os
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final, TypeVar, get_type_hints

from marshmallow import ValidationError, fields

T = TypeVar("T")

_FIELDS: Final[dict[Any, fields.Field[Any]]] = {
    int: fields.Integer(strict=False),
    bool: fields.Boolean(),
}


class Secret(str):
    """A setting that prints as `***`."""

    def __repr__(self) -> str:
        return "***"


class BadSettings(Exception):
    """What is wrong with the environment, one sentence a line."""


def setting(about: str, **kwargs: Any) -> Any:
    """A field with its one-line meaning. Without `default` the variable is required."""
    return dataclasses.field(metadata={"about": about}, **kwargs)


@dataclasses.dataclass(frozen=True, kw_only=True)
class CommonSettings:
    """What every service is told."""

    database_url: str = setting("this service's database: sqlite:///path or postgresql://user:password@host/name")
    bus_url: str = setting("how events travel: sqlite:///path or amqp://user:password@host/vhost")
    public_url: str = setting("the address people reach the gateway at, without a trailing slash")
    auth_url: str = setting("where the auth service listens, for its sign-in state and passport keys")
    log_level: str = setting("least severe line to log: debug, info, warning, error", default="info")


def load(kind: type[T], *, service: str, environ: Mapping[str, str] | None = None) -> T:
    """`kind` filled from the environment. Raises BadSettings naming each variable that is missing or wrong."""
    given = os.environ if environ is None else environ  # noqa: TID251 - this is the one reader
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    problems: list[str] = []
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]  # T is a dataclass by contract
        variable = field.name.upper()
        raw = given.get(f"{service.upper()}_{variable}", given.get(variable))
        if raw in (None, ""):
            if field.default is dataclasses.MISSING:
                problems.append(f"{variable} is not set: {field.metadata['about']}")
            continue
        try:
            found[field.name] = _parse(hints[field.name], str(raw))
        except ValidationError as error:
            problems.append(f"{variable} is {raw!r}: {' '.join(error.messages)}")
    if problems:
        raise BadSettings("\n".join(problems))
    return kind(**found)


def _parse(kind: Any, raw: str) -> Any:
    if kind in (str, Secret):
        return kind(raw)
    return _FIELDS[kind].deserialize(raw)


def load_version() -> str:
    """The installed version of Bursar, as `pyproject.toml` says it."""
    return version("bursar")

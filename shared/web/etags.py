"""Lost updates: a resource shows its revision as ETag, an update may demand it with If-Match."""

from flask import request

from shared.errors import PreconditionFailed
from shared.web.context import this


def show(revision: int) -> None:
    """The answer to this request carries this revision's ETag."""

    this().headers["ETag"] = _tag(revision)


def check(revision: int) -> None:
    """Raises PreconditionFailed when `If-Match` names another revision. Without the header anything goes."""
    given = request.headers.get("If-Match")
    if given is not None and given.strip() != "*" and _tag(revision) not in [each.strip() for each in given.split(",")]:
        raise PreconditionFailed


def _tag(revision: int) -> str:
    return f'"{revision}"'

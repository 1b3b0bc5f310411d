"""The meters of a plan as a form writes them: one on each line by its name, and after a colon what is included."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.portal.pages.console.catalog.reading import Reading
from services.portal.queries import usage
from services.portal.rules.subscriptions.usage import MOST
from services.portal.schemas.usage import MOST_METERS, NAME
from shared.web import session


def read_from(read: Reading, *, shown: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the plan is to show; `shown` is what it shows so far, which may have been put away since."""
    known: dict[str, list[str]] = {}
    for each in usage.named(session(), [each["meter"] for each in shown]):
        known.setdefault(each.name, []).append(each.id)
    found: list[dict[str, Any]] = []
    for written in read.lines("usage", longest=NAME + 20, most=MOST_METERS):
        name, amount = _apart(written, known)
        ids = known.get(name, [])
        if len(ids) != 1:
            read.refuse("usage", "unknown_name", name=name)
        elif amount is not None and not (amount.isascii() and amount.isdigit() and int(amount) <= MOST):
            read.refuse("usage", "out_of_range", least=0, most=MOST)
        elif any(each["meter"] == ids[0] for each in found):
            read.refuse("usage", "not_unique")
        else:
            found.append({"meter": ids[0], "included": None if amount is None else int(amount)})
    return found


def written(shown: Sequence[Mapping[str, Any]]) -> str:
    """The same, for the form."""
    names = {each.id: each.name for each in usage.named(session(), [each["meter"] for each in shown])}
    lines = []
    for each in shown:
        included = "" if each["included"] is None else f": {each['included']}"
        lines.append(f"{names.get(each['meter'], each['meter'])}{included}")
    return "\n".join(lines)


def _apart(line: str, known: Mapping[str, object]) -> tuple[str, str | None]:
    """A name may have a colon of its own."""
    if line in known:
        return line, None
    name, colon, amount = line.rpartition(":")
    return (name.strip(), amount.strip().replace(" ", "")) if colon else (line, None)

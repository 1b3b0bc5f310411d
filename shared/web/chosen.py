"""One thing done to several rows of a console's list: boxes choose them, a page says what will happen and to how many,
and whatever is refused is named with the reason.

Each row goes through the action that its own page uses, in a savepoint of its own; all of them are one transaction. An
id that is not in the caller's list refuses the whole request, and nothing is changed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from flask import Response, request

from shared.errors import Conflict, FieldError, Forbidden, Invalid, NotFound, StepUpRequired, TooMany
from shared.web import console, console_lists
from shared.web.context import session
from shared.web.htmx import redirect_to, translate

Doing: TypeAlias = Callable[[str], bool | str]
"""Done to one row, by its id; False where nothing was to be changed, a text's key where that has a reason of its own.
What it refuses with is told."""

Named: TypeAlias = Callable[[Sequence[str]], Mapping[str, str]]
"""What the rows with these ids are called; those that are not there are missing."""

FIELD: Final = "chosen"
NONE: Final = "none"
_DIGITS: Final = 3


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a list offers to do with several rows. `kind` and the doings are parts of the keys of what is said.

    `done` and `count` are what was done just now, if anything; `every_one` is the page with all boxes ticked.
    """

    kind: str
    role: str
    doings: tuple[str, ...]
    address: str
    every_one: str
    are_ticked: bool
    done: str | None
    count: int


@dataclass(frozen=True, kw_only=True)
class Left:
    """A row that stays as it is, and the sentences that say why."""

    name: str
    why: tuple[str, ...]


def offer(home: str, *, kind: str, role: str, doings: Collection[str]) -> Offer:
    """What the list at `home` offers to those with this role, and what was done there just now."""
    count = request.args.get("count", "")
    return Offer(
        kind=kind,
        role=role,
        doings=tuple(doings),
        address=console_lists.address(home),
        every_one=console_lists.here(all="1"),
        are_ticked=console_lists.asked("all") == "1",
        done=console_lists.asked("done"),
        count=int(count) if count.isascii() and count.isdigit() and len(count) <= _DIGITS else 0,
    )


def answered(home: str, *, kind: str, named: Named, doings: Mapping[str, Doing]) -> Response:
    """Ask whether to do it, or do it and say what became of it: on the list, or by name where some were refused.

    Raises NotFound for a row that is not in the list and for what no button says, Invalid for more than a page has.
    """
    asked = request.form.get("do", "")
    if asked not in doings:
        raise NotFound
    ids = ticked()
    if not ids:
        return nothing(home)
    names = named(ids)
    if not names.keys() >= set(ids):
        raise NotFound
    if request.form.get("confirmed") != "yes":
        return _page(home, kind=kind, do=asked, ids=ids, names=[names[each] for each in ids])
    left = _carry_out(doings[asked], ids, names)
    if not left:
        return redirect_to(console_lists.address(home, done=asked, count=str(len(ids))))
    return _page(home, kind=kind, do=asked, ids=ids, left=list(left.values()), names=_done(names, left))


def ticked() -> list[str]:
    """The ids of the rows that the form of this request names, each once. Raises Invalid for more than a page has."""
    given = list(dict.fromkeys(request.form.getlist(FIELD)))
    if len(given) > console_lists.ROWS:
        raise Invalid(FieldError.of(FIELD, "too_many", most=console_lists.ROWS))
    return given


def nothing(home: str) -> Response:
    """The list again, which says that no row was ticked."""
    return redirect_to(console_lists.address(home, done=NONE))


def _carry_out(do: Doing, ids: Sequence[str], names: Mapping[str, str]) -> dict[str, Left]:
    """In the order of the ids, so that two requests never wait for each other's rows; what was refused."""
    left = {}
    for each in sorted(ids):
        try:
            with session().begin_nested():
                became = do(each)
        except StepUpRequired:
            raise
        except (Invalid, Conflict, Forbidden, TooMany) as refusal:
            left[each] = Left(name=names[each], why=console.sentences(refusal))
        else:
            if became is not True:
                left[each] = Left(name=names[each], why=(translate(became or "console.chosen.already"),))
    return left


def _done(names: Mapping[str, str], left: Collection[str]) -> list[str]:
    return [name for each, name in names.items() if each not in left]


def _page(
    home: str,
    *,
    kind: str,
    do: str,
    ids: Sequence[str],
    names: Sequence[str],
    left: Sequence[Left] = (),
) -> Response:
    return console.show(
        "ui/console_chosen_page.html",
        kind=kind,
        do=do,
        ids=ids,
        names=names,
        left=left,
        here=console_lists.address(),
        back=console_lists.address(home),
    )

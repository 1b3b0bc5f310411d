"""What the catalog's pages share: saving with nothing lost of what was typed, putting away and bringing back."""

from collections.abc import Callable
from typing import Any, Final

from flask import Response, request

from services.portal.pages.console.catalog import reading
from services.portal.pages.console.catalog.reading import Reading, Shown
from shared.errors import Conflict, Invalid, PreconditionFailed
from shared.web import console, redirect_to, session

HOME: Final = "/console/catalog"


class ChangedMeanwhile(PreconditionFailed):
    """Somebody else saved it after this page was asked for."""


def is_typed() -> bool:
    """Whether somebody is typing: nothing is saved, the page only shows what customers would see."""
    return request.args.get("look") == "typed" and request.headers.get("HX-Request") == "true"


def is_looked_at() -> bool:
    """Whether the form only asks to be shown what customers would see."""
    return is_typed() or request.form.get("do") == "look"


def check(revision: int) -> None:
    """Raises ChangedMeanwhile unless the form was made for this revision."""
    if request.form.get("revision", "") != str(revision):
        raise ChangedMeanwhile


def kept(doing: Callable[[], Response], *, read: Reading, again: Callable[..., Response]) -> Response:
    """What `doing` answers. Otherwise the form `again` with all that was typed, and what is wrong at each field."""
    if read.wrong:
        return again(read=read)
    try:
        return doing()
    except PreconditionFailed:
        session().rollback()
        return again(read=read, is_outdated=True)
    except Invalid as refusal:
        session().rollback()
        read.wrong.update(reading.by_field(refusal, read.kind))
        return again(read=read)
    except Conflict as refusal:
        session().rollback()
        return again(read=read, refusal=refusal)


def form(
    template: str,
    *,
    kind: str,
    kept: dict[str, Any],
    read: Reading | None = None,
    refusal: Conflict | None = None,
    is_outdated: bool = False,
    **views: Any,
) -> Response:
    """A form's page; while somebody types only what customers would see, which is a template of its own.

    `kept` is what its fields hold before anything is typed, by their names without the kind.
    """
    wrong = read.wrong if read else {}
    status = 422 if wrong else 409 if is_outdated else 200
    return console.show(
        f"portal/console/catalog/{template}{'_seen' if is_typed() else ''}.html",
        status=200 if is_looked_at() else status,
        refusal=refusal,
        kind=kind,
        home=HOME,
        shown=Shown(
            kept={f"{kind}.{name}": value for name, value in kept.items()},
            typed=read.form if read else None,
            wrong=wrong,
        ),
        is_outdated=is_outdated,
        done=request.args.get("done") if request.method == "GET" else None,
        **views,
    )


def archive(update: Callable[[bool], object], *, back: str) -> Response:
    """Put it away or bring it back, by the button that was pressed."""

    def saying(*, is_archived: bool) -> Response:
        update(is_archived)
        return redirect_to(f"{back}?done={'archived' if is_archived else 'restored'}")

    do = {"archive": lambda: saying(is_archived=True), "restore": lambda: saying(is_archived=False)}
    return console.chosen(do, request.form.get("do", ""))()

"""A portal's own texts in the console: ours and the vendor's, a language at a time, beside the portal that shows them.

They are kept in the draft, as everything else about a portal is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from services.portal.actions import portal_drafts, portal_texts, portal_versions
from services.portal.actions.portal_drafts import DraftView
from services.portal.pages.console import sample, wording
from services.portal.pages.console.install import our_host
from services.portal.pages.console.portals import HOME
from services.portal.pages.console.wizard import POLICY
from services.portal.queries import portal_texts as queries
from services.portal.queries.portal_texts import TextView
from services.portal.rules.portals.appearance import TEXTS
from shared import clock, spreadsheet
from shared.errors import Invalid, Refusal
from shared.i18n import DEFAULT, LANGUAGES, by_name, name_of
from shared.i18n.overrides import LONGEST
from shared.web import console, console_lists, redirect_to, session, staff
from shared.web.downloads import attached

blueprint = Blueprint("console_portal_texts", __name__, url_prefix="/console/portals/<configuration_id>/texts")

ROWS: Final = 25
_ASKED: Final = ("q", "own", "page")
_COLUMNS: Final = ("key", "standard", "places", "own")


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a form said that was refused, by the field's name, and what is wrong with it."""

    texts: Mapping[str, str]
    wrong: Mapping[str, str]


@blueprint.get("")
@staff("read_only")
def show(configuration_id: str) -> Response:
    """The heading and the texts of the chosen language."""
    return _page(configuration_id)


@blueprint.get("/list.csv")
@staff("read_only")
def table(configuration_id: str) -> Response:
    """The same texts for a spreadsheet, all of them."""
    draft = _draft(configuration_id)
    rows = [
        {
            "key": each.key,
            "standard": each.standard["other"],
            "places": ", ".join(each.places),
            "own": each.own,
        }
        for each in _found(draft, _language(draft))
    ]
    return attached(spreadsheet.written(_COLUMNS, rows), name="texts.csv", mimetype="text/csv")


@blueprint.post("")
@staff("admin")
def save(configuration_id: str) -> Response:
    """Keep what the form says in the draft: all of it, or nothing where one text does not fit."""

    def do() -> Response:
        draft = _draft(configuration_id)
        values = _values(draft, language := _language(draft))
        portal_texts.check(values["texts"], before=portal_versions.document(draft.row)["texts"])
        portal_drafts.save(
            session(), configuration_id=configuration_id, values=values, installation=our_host(), now=clock.now()
        )
        return redirect_to(f"{HOME}/{configuration_id}/texts?{_place(language=language, saved='yes')}")

    return console.answered(do, refused=lambda refusal: _page(configuration_id, refusal=refusal))


def _values(draft: DraftView, language: str) -> dict[str, Any]:
    """What the form says, as a change; an empty field takes the own text away."""
    own = _own(draft, language)
    said = {
        key: _written(f"text.{key}")
        for key in (each.key for each in queries.listed(own, language=language))
        if f"text.{key}" in request.form
    }
    texts = {key: text or None for key, text in said.items() if (text or None) != own.get(key)}
    heading = {name: _written(name) or None for name in TEXTS if name in request.form}
    changed: dict[str, Any] = {"texts": {language: texts} if texts else {}}
    return {**changed, "appearance": {"translations": {language: heading}}} if heading else changed


def _written(name: str) -> str:
    return request.form[name].replace("\r\n", "\n")[: 2 * LONGEST].strip()


def _page(configuration_id: str, *, refusal: Refusal | None = None) -> Response:
    draft = _draft(configuration_id)
    language = _language(draft)
    is_by_field = isinstance(refusal, Invalid)
    found = _found(draft, language)
    number = _page_number(last=max(1, -(-len(found) // ROWS)))
    answer = console.show(
        "portal/console/texts.html",
        refusal=None if is_by_field else refusal,
        status=console.status_of(refusal) if refusal else 200,
        of=draft.configuration,
        base=f"{HOME}/{configuration_id}",
        step="texts",
        chosen=language,
        spoken={each: name_of(each) for each in by_name() if each in LANGUAGES},
        heading=draft.configuration.appearance["translations"].get(language, {}),
        heading_longest=TEXTS,
        found=len(found),
        texts=found[(number - 1) * ROWS : number * ROWS],
        before=_place(language=language, page=number - 1) if number > 1 else None,
        after=_place(language=language, page=number + 1) if number * ROWS < len(found) else None,
        typed=_typed(refusal, language) if isinstance(refusal, Invalid) else Typed(texts={}, wrong={}),
        asked={"q": request.args.get("q", ""), "own": request.args.get("own", "")},
        csv=f"{HOME}/{configuration_id}/texts/list.csv?{_place(language=language, page='')}",
        here=_place(language=language),
        saved="saved" in request.args and refusal is None,
        longest=LONGEST,
        states=tuple(sample.STATES),
        preview={"state": "", "language": language, "theme": "", "size": ""},
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _page_number(*, last: int) -> int:
    given = request.args.get("page", "")
    return min(int(given), last) if given.isascii() and given.isdigit() and 0 < len(given) < 5 and int(given) else 1


def _place(**changed: object) -> str:
    """What the address asks for, with this changed."""
    asked = {name: request.args.get(name, "")[: console_lists.LONGEST] for name in _ASKED}
    return urlencode([(name, str(value)) for name, value in {**asked, **changed}.items() if value])


def _typed(refusal: Invalid, language: str) -> Typed:
    """By the names that the form's fields have."""
    wrong = {
        field.replace(f"texts.{language}.", "text.", 1).replace(f"appearance.translations.{language}.", "", 1): said
        for field, said in wording.by_field(refusal).items()
    }
    return Typed(texts=dict(request.form), wrong=wrong)


def _found(draft: DraftView, language: str) -> tuple[TextView, ...]:
    """What the portal itself says comes before what is said around it."""
    found = queries.listed(
        _own(draft, language),
        language=language,
        words=console_lists.asked("q") or "",
        is_own=console_lists.asked("own") == "yes",
    )
    return tuple(sorted(found, key=lambda each: not each.key.startswith("portal.")))


def _own(draft: DraftView, language: str) -> Mapping[str, str]:
    return draft.configuration.texts.get(language, {})


def _language(draft: DraftView) -> str:
    """The language that is asked for, else the portal's."""
    asked = request.values.get("language", "")
    default = str(draft.configuration.languages["default_locale"])
    return next((each for each in (asked, default, default.split("-")[0]) if each in LANGUAGES), DEFAULT)


def _draft(configuration_id: str) -> DraftView:
    return portal_drafts.look(session(), configuration_id=configuration_id)

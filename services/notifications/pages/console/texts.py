"""The words of mails in the console: ours and the vendor's own, a language at a time, and what the mail looks like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import Blueprint, Response, request

from services.notifications.actions import texts as actions
from services.notifications.adapters.mailing import Mailing
from services.notifications.adapters.mjml import visible_line
from services.notifications.pages.console import samples
from services.notifications.pages.mailbox import PAGE_POLICY
from services.notifications.queries import senders
from services.notifications.queries import texts as queries
from services.notifications.rules import own_texts
from services.notifications.rules.messages import MESSAGES, Kind
from shared import clock
from shared.errors import Invalid, NotFound, Refusal
from shared.i18n import LANGUAGES, base, by_name, name_of, text
from shared.web import adapters, console, redirect_to, session, staff
from shared.web.htmx import language as language_of_page

blueprint = Blueprint("console_message_texts", __name__, url_prefix="/console/messages/texts")

HOME: Final = "/console/messages/texts"
FRAME_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""Of a mail in a frame of ours: its styles are inline; nothing in it runs, sends, opens or loads from elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A mail in the list, with how many sentences it has and how many of them are the vendor's own."""

    name: str
    sentences: int
    own: int


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What a form said that was refused: the texts by key, and what is wrong with each."""

    texts: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@blueprint.get("")
@staff("read_only")
def index() -> Response:
    """All mails, with what is said in own words in the chosen language."""
    chosen = _language()
    counts = queries.counts(session())
    listed = [
        Listed(name=group, sentences=len(keys), own=counts.get((chosen, group), 0))
        for group, keys in own_texts.groups().items()
    ]
    return console.show(
        "notifications/console/texts.html", listed=listed, chosen=chosen, spoken=_spoken(), counts=_by_language(counts)
    )


@blueprint.get("/<group>")
@staff("read_only")
def show(group: str) -> Response:
    """The sentences of one mail, and what it looks like."""
    return _page(group)


@blueprint.post("/<group>")
@staff("admin")
def save(group: str) -> Response:
    """Say them so from now on."""
    chosen, given = _language(), _given(group)

    def do() -> Response:
        changed = actions.put_all(session(), given, language=chosen, now=clock.now())
        return redirect_to(f"{HOME}/{group}?language={chosen}&saved={changed}")

    return console.answered(do, refused=lambda refusal: _page(group, typed=_typed(given, refusal), refusal=refusal))


@blueprint.get("/<group>/preview")
@staff("read_only")
def preview(group: str) -> Response:
    """The mail as it is sent now, about a made-up matter."""
    return _preview(group, {})


@blueprint.post("/<group>/preview")
@staff("admin")
def preview_typed(group: str) -> Response:
    """The mail with what stands in the form, saved or not. What does not fit is shown in our words."""
    return _preview(group, {key: visible_line(given) for key, given in _given(group).items()})


def _page(group: str, *, typed: Typed | None = None, refusal: Refusal | None = None) -> Response:
    chosen = _language()
    found = queries.sentences(session(), group=_known(group), language=chosen)
    saved = request.args.get("saved", "")
    answer = console.show(
        "notifications/console/text_group.html",
        refusal=refusal,
        group=group,
        sentences=found,
        chosen=chosen,
        spoken=_spoken(),
        typed=typed or Typed(),
        longest=own_texts.LONGEST,
        saved=int(saved) if saved.isascii() and saved.isdigit() and len(saved) < 5 else None,
    )
    return beside_frame(answer)


def _preview(group: str, typed: Mapping[str, str]) -> Response:
    kind, chosen, mailing = _kind_of(_known(group)), _language(), adapters(Mailing)
    own = dict(queries.for_language(session(), chosen))
    for key, given in typed.items():
        own.pop(key, None)
        if own_texts.fits(key, given, chosen):
            own[key] = given
    look = senders.look(session(), public_url=mailing.public_url)
    facts = samples.facts_of(kind, home=look.home, host=look.host, is_test=look.is_test)
    mail = mailing.layout.render(kind, locale=chosen, brand=look.brand, facts=facts, own=own)
    return framed(mail.html)


def beside_frame(page: Response) -> Response:
    """A page with such a frame in it."""
    page.headers["Content-Security-Policy"] = PAGE_POLICY
    return page


def framed(html: str) -> Response:
    """A mail for a frame of ours."""
    answer = Response(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = FRAME_POLICY
    return answer


def _given(group: str) -> dict[str, str]:
    """What the form says of each sentence of the group that it has."""
    keys = own_texts.groups()[_known(group)]
    return {key: request.form[key][: 2 * own_texts.LONGEST] for key in keys if key in request.form}


def _typed(given: Mapping[str, str], refusal: Refusal) -> Typed:
    wrong = refusal.fields if isinstance(refusal, Invalid) else ()
    errors: dict[str, tuple[str, ...]] = {}
    for each in wrong:
        said = text(f"errors.field.{each.code}", language_of_page(), **dict(each.params))
        errors[each.field] = (*errors.get(each.field, ()), said)
    return Typed(texts=given, errors=errors)


def _known(group: str) -> str:
    """Raises NotFound."""
    if group not in own_texts.groups():
        raise NotFound
    return group


def _kind_of(group: str) -> Kind:
    """The mail that shows the texts of the group; those of several mails show in the receipt."""
    return next((kind for kind in Kind if MESSAGES[kind].template == group), Kind.RECEIPT)


def _language() -> str:
    """The language whose texts are asked for, else the vendor's."""
    asked = request.values.get("language", "")
    if asked in LANGUAGES:
        return asked
    return base(senders.default_locale(session()) or "")


def _spoken() -> dict[str, str]:
    return {each: name_of(each) for each in by_name()}


def _by_language(counts: Mapping[tuple[str, str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (language, _group), count in counts.items():
        found[language] = found.get(language, 0) + count
    return found

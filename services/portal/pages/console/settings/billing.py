"""How the vendor bills: retries of failed payments, notices, whose clock, and who bills. Each card is a form."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zoneinfo import available_timezones

from flask import Blueprint, Response, request

from services.portal.actions.operations import billing_settings as actions
from services.portal.adapters import Adapters
from services.portal.pages.console import fields, wording
from services.portal.pages.console.settings.shown import Shown
from services.portal.queries import billing as queries
from services.portal.queries import time
from services.portal.queries.billing import SettingsView
from services.portal.rules.operations import billing as rule
from services.portal.rules.payments.dunning import AfterLastRetry
from services.portal.rules.sources.support import Source
from services.portal.settings import PortalSettings
from shared.database import scope
from shared.errors import Invalid, NotFound, Refusal
from shared.web import adapters, console, redirect_to, session, settings, staff

blueprint = Blueprint("console_billing", __name__, url_prefix="/console/billing")

HOME: Final = "/console/billing"
SOURCE: Final = f"{HOME}/source"
ROWS_LEFT: Final = 2
"""Empty fields for further days, besides those that are set."""


def _days(form: fields.Form, name: str) -> list[int]:
    return [fields.number(each) for each in _filled(form.getlist(name))]


def _one_of(offered: tuple[str, ...]) -> fields.Reader:
    def read(form: fields.Form, name: str) -> str:
        if form.get(name) not in offered:
            raise NotFound
        return form[name]

    return read


def _day(form: fields.Form, name: str) -> int:
    return fields.number(form.get(name, ""))


CARDS: Final[Mapping[str, Mapping[str, fields.Reader]]] = {
    "retries": {"retry_days": _days, "after_last_retry": _one_of(tuple(AfterLastRetry))},
    "notices": {"trial_notice_days": _day, "card_notice_days": _days, "resume_notice_days": _day},
    "general": {
        "time_zone": lambda form, name: form.get(name, "")[: console.LONGEST],
        "po_number_required": lambda form, name: form.get(name) == "yes",
    },
}
"""The fields of each form."""
KEYS: Final = ("stripe.secret_key", "stripe.webhook_secret")
_LISTS: Final = ("retry_days", "card_notice_days")


class Turned(NamedTuple):
    """A day of the schedule, counted from the first failure; the last one decides."""

    day: int
    is_last: bool


@blueprint.get("")
@staff("read_only")
def show() -> Response:
    """What counts at present."""
    return _page()


@blueprint.post("")
@staff("admin")
def save() -> Response:
    """Save one of the forms; the others stay."""
    card = request.form.get("do", "")
    doing = console.chosen({name: lambda: _save(card) for name in CARDS}, card)
    return console.answered(doing, refused=lambda refusal: _page(card=card, refusal=refusal))


@blueprint.get("/source")
@staff("admin")
def ask_source() -> Response:
    """Who bills, and the form for another one, for whoever signed in lately."""
    console.check_fresh()
    return _source()


@blueprint.post("/source")
@staff("admin")
def choose_source() -> Response:
    """Have the engine here bill, or Stripe."""
    console.check_fresh()
    return console.answered(_choose, refused=lambda refusal: _source(refusal=refusal))


def _save(card: str) -> Response:
    _update({name: read(request.form, name) for name, read in CARDS[card].items()})
    return redirect_to(f"{HOME}?done={card}#{card}")


def _choose() -> Response:
    chosen = _one_of(tuple(Source))(request.form, "billing_source")
    keys = {name.removeprefix("stripe."): request.form.get(name, "")[: console.LONGEST].strip() for name in KEYS}
    _update({"billing_source": chosen, **({"stripe": keys} if any(keys.values()) else {})})
    return redirect_to(f"{SOURCE}?done=source")


def _update(values: Mapping[str, Any]) -> None:
    actions.update(session(), values=values, sources=adapters(Adapters).processors.sources, now=time.now(session()))


def _page(*, card: str = "", refusal: Refusal | None = None) -> Response:
    now = queries.record(session())
    values = {**vars(now), **(_typed(card) if refusal else {})}
    wrong = wording.by_field(refusal) if isinstance(refusal, Invalid) else {}
    return console.show(
        "portal/console/settings/billing.html",
        refusal=None if wrong else refusal,
        status=console.status_of(refusal) if refusal else 200,
        shown=Shown(values=values, wrong=wrong),
        now=now,
        schedule=_schedule(now),
        rows={name: _rows(len(values[name])) for name in _LISTS},
        longest={"retry_days": rule.LONGEST_RETRY, "card_notice_days": rule.LONGEST_NOTICE},
        outcomes=tuple(AfterLastRetry),
        zones=_zones(now.time_zone),
        done=request.args.get("done"),
    )


def _rows(filled: int) -> int:
    """All that are filled, and some more where more may be."""
    return max(filled, min(filled + ROWS_LEFT, rule.MOST_RETRIES))


def _typed(card: str) -> dict[str, Any]:
    """As it was typed, so that nothing of it is lost."""
    form = request.form
    return {name: _filled(form.getlist(name)) if name in _LISTS else form.get(name) for name in CARDS[card]}


def _filled(given: Iterable[str]) -> list[str]:
    return [each for each in given if each.strip()]


def _schedule(now: SettingsView) -> tuple[Turned, ...]:
    return tuple(Turned(day, day == now.retry_days[-1]) for day in now.retry_days)


@lru_cache(maxsize=50)
def _zones(chosen: str) -> tuple[str, ...]:
    """Names as people look for them, the one that is set among them whatever it is."""
    named = {each for each in available_timezones() if "/" in each and not each.startswith(("Etc/", "posix", "right"))}
    return ("UTC", *sorted((named | {chosen}) - {"UTC"}))


def _source(*, refusal: Refusal | None = None) -> Response:
    """Never with a key: what was typed as one is typed again."""
    now = queries.record(session())
    wrong = wording.by_field(refusal, (*KEYS, "stripe")) if isinstance(refusal, Invalid) else {}
    chosen = request.form.get("billing_source") if refusal else now.billing_source
    return console.show(
        "portal/console/settings/source.html",
        refusal=None if wrong else refusal,
        status=console.status_of(refusal) if refusal else 200,
        shown=Shown(values={"billing_source": chosen}, wrong=wrong),
        sources=tuple(Source),
        now=now,
        messages_to=f"{settings(PortalSettings).public_url}/integrations/stripe/{scope.current().vendor}",
        done=request.args.get("done"),
    )

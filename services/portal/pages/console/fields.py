"""What the forms of the wizard's steps hold: each field by the name that errors and changes know it by."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from werkzeug.datastructures import MultiDict

from services.portal.rules.portals.features import Condition

Form: TypeAlias = MultiDict[str, str]
Reader: TypeAlias = Callable[[Form, str], Any]

LONGEST: Final = 60_000  # characters of any field; each has its own limit in the rules
OFFERS_SHOWN: Final = 4
"""Rows for offers, and one more than there are."""
PAUSES: Final = tuple(("month", count) for count in (1, 2, 3, 6, 12))
"""Lengths to choose from, for how long customers may pause, besides those that were set through the API."""
_MOST_ROWS: Final = 100
_ABOUT: Final = ("coupon", "plan")


def _text(form: Form, name: str) -> str | None:
    """None where nothing is written."""
    return form.get(name, "")[:LONGEST].strip() or None


def _words(form: Form, name: str) -> str:
    return form.get(name, "")[:LONGEST].strip()


def _switch(form: Form, name: str) -> bool:
    return form.get(name) == "yes"


def _choices(form: Form, name: str) -> list[str]:
    return [each for each in form.getlist(name) if each]


def _choices_or_all(form: Form, name: str) -> list[str] | None:
    return _choices(form, name) or None


def _lines(form: Form, name: str) -> list[str]:
    """One on each line; a browser ends lines with two characters."""
    return [line.strip() for line in form.get(name, "")[:LONGEST].splitlines() if line.strip()]


def number(written: str) -> int:
    """What is no number is none that a rule takes."""
    given = written.strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def _number(form: Form, name: str) -> int:
    return number(form.get(name, ""))


def _number_or_none(form: Form, name: str) -> int | None:
    return _number(form, name) if form.get(name, "").strip() else None


def _numbers(form: Form, name: str) -> list[int]:
    """One on each line."""
    return [number(line) for line in _lines(form, name)]


def _pauses(form: Form, name: str) -> list[dict[str, Any]]:
    """Each is written as `month:3`; what is no number is none that a rule takes."""
    given = (each.partition(":") for each in form.getlist(name) if each)
    return [
        {
            "interval": interval,
            "interval_count": int(count) if count.isascii() and count.isdigit() and len(count) < 10 else 0,
        }
        for interval, _colon, count in given
    ]


def _conditions(form: Form, name: str) -> list[dict[str, str]]:
    chosen = set(form.getlist(name))
    return [{"type": each.value} for each in Condition if each.value in chosen]


def _offers(form: Form, name: str) -> list[dict[str, Any]]:
    """Rows of a kind, the reason that it answers (none: any), and the coupon or plan that it is about. Further reasons
    that were set through the API ride along.
    """
    rows = []
    for number in range(_MOST_ROWS):
        kind = form.get(f"{name}.{number}.kind", "")
        if kind:
            about = {each: form.get(f"{name}.{number}.{each}") or None if each == kind else None for each in _ABOUT}
            reason = form.get(f"{name}.{number}.reasons", "")
            also = form.getlist(f"{name}.{number}.also") if reason else []
            rows.append({"kind": kind, "reasons": list(dict.fromkeys(filter(None, [reason, *also]))), **about})
    return rows


_CANCEL: Final = "features.subscription_cancel"
_PAUSE: Final = "features.subscription_pause"
_UPDATE: Final = "features.subscription_update"
_RESUBSCRIBE: Final = "features.subscription_resubscribe"
_REFUND: Final = "features.refund_request"
_WALLET: Final = "features.wallet"

STEPS: Final[Mapping[str, Mapping[str, Reader]]] = {
    "scope": {
        "name": _words,
        "display_name": _words,
        "scope.campaigns": _choices_or_all,
        "scope.hidden_products": _choices,
        "scope.access_gate": _words,
    },
    "design": {
        "appearance.font": _words,
        "appearance.show_heading": _switch,
        "appearance.headline": _text,
        "appearance.description": _text,
        "appearance.brand_color": _text,
        "appearance.background_color": _text,
        "appearance.theme": _words,
        "appearance.actions_layout": _words,
        "appearance.powered_by": _switch,
        "languages.default_locale": _words,
        "languages.auto_detect": _switch,
        "links.support": _text,
        "links.privacy": _text,
        "links.terms": _text,
        "appearance.custom_css": _text,
    },
    "features": {
        f"{_CANCEL}.enabled": _switch,
        f"{_CANCEL}.mode": _words,
        f"{_CANCEL}.proration_behavior": _words,
        f"{_CANCEL}.unused_time": _words,
        f"{_CANCEL}.execution": _words,
        f"{_CANCEL}.helpdesk": _text,
        f"{_CANCEL}.confirmation_message": _text,
        f"{_CANCEL}.cancellation_reason.enabled": _switch,
        f"{_CANCEL}.cancellation_reason.options": _choices,
        f"{_CANCEL}.cancellation_reason.feedback_options": _lines,
        f"{_CANCEL}.offers": _offers,
        f"{_PAUSE}.enabled": _switch,
        f"{_PAUSE}.duration.type": _words,
        f"{_PAUSE}.duration.interval_options": _pauses,
        f"{_UPDATE}.enabled": _switch,
        f"{_UPDATE}.default_allowed_updates": _choices,
        f"{_UPDATE}.proration_behavior": _words,
        f"{_UPDATE}.allow_downgrade": _switch,
        f"{_UPDATE}.show_plan_picker": _switch,
        f"{_UPDATE}.schedule_at_period_end.conditions": _conditions,
        f"{_RESUBSCRIBE}.enabled": _switch,
        f"{_RESUBSCRIBE}.allow_plan_change": _switch,
        f"{_RESUBSCRIBE}.allow_coupon": _switch,
        f"{_REFUND}.enabled": _switch,
        f"{_REFUND}.execution": _words,
        f"{_REFUND}.helpdesk": _text,
        f"{_REFUND}.refund_window_days": _number_or_none,
        f"{_REFUND}.reasons": _lines,
        "features.invoice_history.enabled": _switch,
        "features.invoice_history.scope": _words,
        "features.payment_method_update.enabled": _switch,
        "features.tickets.enabled": _switch,
        "features.tickets.helpdesk": _text,
        "features.product_access.enabled": _switch,
        "features.subscription_addons.enabled": _switch,
        f"{_WALLET}.enabled": _switch,
        f"{_WALLET}.currency": _text,
        f"{_WALLET}.amounts": _numbers,
        f"{_WALLET}.minimum": _number_or_none,
        f"{_WALLET}.maximum": _number_or_none,
        "features.customer_update.enabled": _switch,
        "features.customer_update.allowed_updates": _choices,
    },
    "sign-in": {
        "login_page.enabled": _switch,
        "sign_in.methods": _choices,
        "sign_in.identify_by": _words,
        "sign_in.cross_device": _words,
        "sign_in.link_minutes": _number,
        "sign_in.session_idle_minutes": _number,
        "sign_in.session_hours": _number,
        "sign_in.sender_name": _text,
        "sign_in.reply_to": _text,
        "sign_in.invitation_email": _switch,
        "embed.allowed_origins": _lines,
        "embed.events": _switch,
        "sign_in.redirect_url": _text,
        "default_return_url": _text,
        "domain.host": _text,
        "domain.path": _text,
    },
}
"""The fields of each step, in the order that they stand in."""

TEST_ONLY: Final[Mapping[str, Mapping[str, Reader]]] = {
    "sign-in": {"sign_in.require_hash": _switch, "embed.debug": _switch}
}
"""What the forms hold beside that in test mode: live portals have no such switch."""


def of_step(step: str, *, mode: str) -> Mapping[str, Reader]:
    """The fields of a step."""
    return {**STEPS[step], **(TEST_ONLY.get(step, {}) if mode == "test" else {})}


def read(form: Form, *, step: str, mode: str) -> dict[str, Any]:
    """What the form of a step says, as a change of the portal."""
    return nested((path, reader(form, path)) for path, reader in of_step(step, mode=mode).items())


def nested(values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """`("links.terms", x)` is `{"links": {"terms": x}}`."""
    whole: dict[str, Any] = {}
    for path, value in values:
        *outer, name = path.split(".")
        inner = whole
        for each in outer:
            inner = inner.setdefault(each, {})
        inner[name] = value
    return whole


def at(document: Mapping[str, Any], path: str) -> Any:
    """What stands there; None where nothing does."""
    found: Any = document
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found

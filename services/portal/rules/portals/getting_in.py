"""DECIDES whether customers may get into a portal the way a configuration says.

`methods` names the ways in; at least one. Who comes by a weak one (`direct_actions`) may be let do without a code what
otherwise asks for one; in live mode that is for a person of the vendor's to accept, signed in within the last half
hour, never for a key. A widget that takes unsigned names (`require_hash: false`) is for test mode alone. A mailed link
leads back (`redirect_url`) only to a page of an origin that may embed the portal. Mails come under the vendor's own
name: one line of at most 100 characters, without signs that turn its direction around; answers go to one mailbox.
Mailed links and sessions last as long as they do everywhere, or shorter (`link_minutes`, `session_idle_minutes`,
`session_hours`): never longer, and never so short that nobody could use them.

Worked example: `require_hash: false` in live mode is `test_mode_only`; `redirect_url: https://a.example/billing` where
only `https://b.example` is allowed is `origin_not_allowed`; the method `order-number` is `not_a_choice`;
`link_minutes: 0` is `out_of_range`, from 1 to 10.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from services.portal.rules.portals import problems as check
from shared import addresses
from shared.errors import FieldError, Forbidden, Invalid, StepUpRequired
from shared.origins import origin_of

METHODS: Final = ("email", "portal_session", "hmac_v2", "hmac_v1", "order_number", "permanent_link")
DIRECT_ACTIONS: Final = ("hmac_v1", "order_number", "permanent_link")
IDENTIFY_BY: Final = ("email", "customer_id")
CROSS_DEVICE: Final = ("confirm", "code")
ACCEPTED_WITHIN: Final = timedelta(minutes=30)
SENDER_LENGTH: Final = 100
LASTING: Final[Mapping[str, tuple[int, int]]] = {
    "link_minutes": (1, 10),
    "session_idle_minutes": (5, 30),
    "session_hours": (1, 12),
}
"""From how short to how long; the longest is what holds where a vendor says nothing."""
DEFAULT: Final[Mapping[str, Any]] = {
    "methods": ["email", "portal_session"],
    "identify_by": "email",
    "direct_actions": [],
    "cross_device": "confirm",
    "require_hash": True,
    "redirect_url": None,
    "sender_name": None,
    "reply_to": None,
    "invitation_email": False,
    **{name: most for name, (_, most) in LASTING.items()},
}


class AcceptanceRequired(Forbidden):
    """Letting a weak way in act is for a person to accept, in the console."""

    code = "acceptance_required"


def complete(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored, and the default of what is not; only what is known."""
    return {name: stored.get(name, default) for name, default in DEFAULT.items()}


def decide(given: Mapping[str, Any], *, mode: str, origins: Collection[str], problems: list[FieldError]) -> None:
    """Adds what is wrong with `given`, which is complete. `origins` are those that may embed the portal."""
    check.choices("sign_in.methods", given["methods"], METHODS, problems)
    if not given["methods"]:
        problems.append(FieldError.of("sign_in.methods", "required"))
    check.choices("sign_in.direct_actions", given["direct_actions"], DIRECT_ACTIONS, problems)
    check.choice("sign_in.identify_by", given["identify_by"], IDENTIFY_BY, problems)
    check.choice("sign_in.cross_device", given["cross_device"], CROSS_DEVICE, problems)
    if not given["require_hash"] and mode != "test":
        problems.append(FieldError.of("sign_in.require_hash", "test_mode_only"))
    back = given["redirect_url"]
    if back is not None and (origin_of(back) is None or "#" in back):
        problems.append(FieldError.of("sign_in.redirect_url", "bad_url"))
    elif back is not None and origin_of(back) not in origins:
        problems.append(FieldError.of("sign_in.redirect_url", "origin_not_allowed"))
    _check_sender(given["sender_name"], problems)
    if given["reply_to"] is not None and not _is_mailbox(given["reply_to"]):
        problems.append(FieldError.of("sign_in.reply_to", "bad_email"))
    for name, (least, most) in LASTING.items():
        if not least <= given[name] <= most:
            problems.append(FieldError.of(f"sign_in.{name}", "out_of_range", least=least, most=most))


def check_accepted(given: Mapping[str, Any], *, before: Mapping[str, Any], mode: str) -> None:
    """Raises AcceptanceRequired where more ways in may act than before, in live mode."""
    if mode != "test" and newly_direct(given["direct_actions"], before=before):
        raise AcceptanceRequired


def newly_direct(wanted: Collection[str], *, before: Mapping[str, Any]) -> list[str]:
    """The ways in that may act now and could not before."""
    return sorted(set(wanted) - set(before.get("direct_actions", ())))


def decide_acceptance(*, wanted: Collection[str], proven_at: datetime | None, now: datetime) -> None:
    """Raises Invalid for what is no such way in, StepUpRequired unless the person signed in lately."""
    problems: list[FieldError] = []
    check.choices("direct_actions", list(wanted), DIRECT_ACTIONS, problems)
    if problems:
        raise Invalid(*problems)
    if proven_at is None or now - proven_at > ACCEPTED_WITHIN:
        raise StepUpRequired(action="direct_actions")


def _check_sender(name: str | None, problems: list[FieldError]) -> None:
    """Python calls line breaks, controls and direction signs unprintable, and a blank printable."""
    if name is not None and (not name.strip() or len(name) > SENDER_LENGTH or not name.isprintable()):
        problems.append(FieldError.of("sign_in.sender_name", "bad_sender_name", most=SENDER_LENGTH))


def _is_mailbox(text: str) -> bool:
    try:
        return addresses.parse(text).written == text
    except addresses.BadAddress:
        return False

"""DECIDES which texts of mails a vendor may put into their own words, and whether such a text fits.

Replaceable is every sentence to customers and helpdesks but those that protect who reads them: that a code is typed
nowhere else, that a test moves no money, what an erased customer gets as a receipt, what direct actions tell of
themselves; and all that goes to a vendor's own people. An own text is one line, says each `{place}` of ours and no
other: without one a date or an amount would be missing, with one more it would stand there unfilled. Where our text
has a form for one and for many, an own one stands for all of them. A text that does not fit (any more) is not used.
Worked example: "Thank you!" in place of "We received your payment of {amount}" lacks {amount} and is refused.
"""

from collections.abc import Mapping
from typing import Final

from services.notifications.rules.messages import MESSAGES, Kind
from shared.errors import FieldError
from shared.i18n import DEFAULT, LANGUAGES, PLACE, Text, catalog
from shared.i18n.overrides import places

LONGEST: Final = 1_000  # characters
SHARED: Final = "shared"
"""The group of texts that several mails have."""

PARTS: Final = ("subject", "preview", "lead", "button", "why")
"""Parts that most mails have, as they are read."""
_LAST: Final = ("button", "why")
_MIDDLE: Final = len(PARTS)

_BEGINNING: Final = "mails."
_FIXED: Final = (
    "mails.mailbox.",
    "mails.moment",
    "mails.test_mode",
    "mails.helpdesk.test_mode",
    "mails.sign_in.nowhere_else",
    "mails.staff_",
    "mails.way_in.",
    "mails.direct_action.",
    "mails.direct_actions_on.",
    "mails.customer_erased.",
    "mails.webhook_disabled.",
)
_WITH: Final[Mapping[str, str]] = {
    "reason": "payment_failed",
    "price": "plan_changed",
    "delegate_role": "delegate_invited",
    "helpdesk": "ticket_intake",
}
"""Texts that stand with those of the mail that has them, though they are not called after it."""


def is_replaceable(key: str) -> bool:
    """Whether a vendor may have a text of their own for it."""
    return key.startswith(_BEGINNING) and not key.startswith(_FIXED) and key in catalog(DEFAULT)


def standard(key: str, language: str) -> Text:
    """Ours, in a shipped language, else in English. Raises KeyError for a key that there is not."""
    return catalog(language).get(key) or catalog(DEFAULT)[key]


def check(key: str, text: str, language: str) -> tuple[FieldError, ...]:
    """What is wrong with `text`, one line already, in place of ours; nothing where it fits."""
    if not text:
        return (FieldError.of("text", "text_empty"),)
    if len(text) > LONGEST:
        return (FieldError.of("text", "text_too_long", most=LONGEST),)
    ours, theirs = places(standard(key, language)), set(PLACE.findall(text))
    return (
        *(FieldError.of("text", "place_missing", place=f"{{{each}}}") for each in sorted(ours - theirs)),
        *(FieldError.of("text", "place_unknown", place=f"{{{each}}}") for each in sorted(theirs - ours)),
    )


def fits(key: str, text: str, language: str) -> bool:
    """Whether mails may say it: what was kept may have been written for an earlier text of ours."""
    return language in LANGUAGES and is_replaceable(key) and not check(key, text, language)


def groups() -> Mapping[str, tuple[str, ...]]:
    """The replaceable keys by the mail that they are of, in the order of `MESSAGES`; then those of several."""
    stems = list(dict.fromkeys(MESSAGES[kind].template for kind in Kind))
    found: dict[str, list[str]] = {stem: [] for stem in [*stems, SHARED]}
    for key in filter(is_replaceable, catalog(DEFAULT)):
        stem = _WITH.get(key.split(".")[1], key.split(".")[1])
        found[stem if stem in found else SHARED].append(key)
    return {stem: tuple(sorted(keys, key=_place)) for stem, keys in found.items() if keys}


def part(key: str) -> str | None:
    """Which of the usual parts of a mail it is, `subject` for one, if it is any."""
    last = key.split(".", 2)[-1]
    return next((each for each in PARTS if last == each or last.startswith((f"{each}_", f"{each}."))), None)


def _place(key: str) -> int:
    """As a mail is read: what is no usual part stands in the middle."""
    found = part(key)
    return _MIDDLE if found is None else PARTS.index(found) + (found in _LAST) * len(PARTS)

"""DECIDES who gets at what was bought: its pages and downloads (access links) and its license keys.

A link has a label and an https address. `{customer_reference}` in its path, query or fragment stands for the vendor's
own name of the customer, or Bursar's where the vendor has none; what is filled in is escaped, so that it can neither
leave its place in the address nor lead to another site. Nothing else may stand in braces, and no user name or password.

Links and keys are for customers who have the product: while a subscription to it runs, and for what they bought once,
unless all of the money went back. What was free went nowhere.

Worked example: `https://learn.example/{customer_reference}/start` for the customer "a/b": the address is
`https://learn.example/a%2Fb/start`. `https://{customer_reference}.example/` is refused as `bad_url`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from shared.errors import FieldError, Invalid

MOST_LINKS: Final = 20
LABEL_LENGTH: Final = 80
URL_LENGTH: Final = 1000
REFERENCE: Final = "{customer_reference}"


@dataclass(frozen=True, kw_only=True)
class Link:
    """Where to get at a product."""

    label: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """A subscription (`is_running` or not), or something bought once, with what went back of it in minor units."""

    is_subscription: bool
    is_running: bool = False
    paid: int = 0
    refunded: int = 0


def decide(purchase: Purchase) -> bool:
    """Does it give access?"""
    if purchase.is_subscription:
        return purchase.is_running
    return purchase.paid == 0 or purchase.refunded < purchase.paid


def check(field: str, links: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Links as they are kept. Raises Invalid naming each that cannot be."""
    problems = [FieldError.of(field, "too_many", most=MOST_LINKS)] if len(links) > MOST_LINKS else []
    problems += [
        FieldError.of(f"{field}.{number}.url", "bad_url")
        for number, each in enumerate(links)
        if not _is_safe(each["url"])
    ]
    if problems:
        raise Invalid(*problems)
    return [{"label": each["label"].strip(), "url": each["url"]} for each in links]


def fill(links: Sequence[Mapping[str, str]], *, reference: str) -> tuple[Link, ...]:
    """The links of one customer."""
    own = quote(reference, safe="")
    if own.strip(".") == "":  # a segment of dots alone would climb in the path
        own = own.replace(".", "%2E")
    return tuple(Link(label=each["label"], url=each["url"].replace(REFERENCE, own)) for each in links)


def _is_safe(url: str) -> bool:
    if len(url) > URL_LENGTH or not url.isascii() or not url.isprintable() or any(each in url for each in " \\<>\"'"):
        return False
    try:
        parts = urlsplit(url.replace(REFERENCE, "x"))
        bare = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    is_plain = "{" not in url.replace(REFERENCE, "") and "}" not in url.replace(REFERENCE, "")
    has_own_place = REFERENCE not in bare.netloc
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and is_plain and has_own_place

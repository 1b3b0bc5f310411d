"""EXPLAINS whether a page may show a portal, step by step, to a vendor whose widget stays empty.

The portal is open and what it says is published; the page's address is one that browsers give an origin; that origin
is allowed, letter by letter, and if not, which one was probably meant: another scheme, another port, with or without
`www.`, another host of the same site; a page behind https can load from us; its own policy (Content-Security-Policy),
where it is told, lets our script and our frame in. Who the customer is, is for the checker of signatures.

Worked example: the page `https://www.shop.example/account` where `https://shop.example` is allowed has the origin
`https://www.shop.example`, which is `origin_www`: add it, or show the page without `www.`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from shared.origins import LOCAL, origin_of

LONGEST_POLICY: Final = 4_000  # characters
_SIGNED: Final = frozenset({"hmac_v1", "hmac_v2"})
_DIRECTIVES: Final = {
    "script": ("script-src-elem", "script-src", "default-src"),
    "frame": ("frame-src", "child-src", "default-src"),
}
"""The first of them that a policy has is what counts, as browsers do it."""


class State(StrEnum):
    """How a step went."""

    GOOD = "good"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, kw_only=True)
class Widget:
    """A portal as the check needs it. `drafted` are the origins that its draft allows."""

    is_open: bool
    is_live: bool
    allowed: Sequence[str]
    drafted: Sequence[str]
    methods: Sequence[str]
    requires_hash: bool


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing that was looked at: its code names the sentence, `about` is what the sentence is about."""

    code: str
    state: State
    about: str = ""
    meant: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """`origin` is that of the page; None where it has none, and then nothing further was looked at."""

    origin: str | None
    steps: tuple[Step, ...]
    ancestors: str
    policy: str

    @property
    def works(self) -> bool:
        """Whether nothing stands in the way."""
        return all(step.state is not State.WRONG for step in self.steps)


def calculate(page: str, *, widget: Widget, ours: str, policy: str = "") -> Report:
    """`page` as the vendor typed it, `ours` the origin that scripts and frames come from, `policy` the page's own."""
    origin = origin_of(page.strip())
    steps = [_standing(widget)]
    if origin is None:
        steps.append(_no_origin(page.strip()))
    else:
        steps += _steps(page.strip(), origin, widget=widget, ours=ours, policy=policy)
    return Report(
        origin=origin,
        steps=tuple(steps),
        ancestors="frame-ancestors " + (" ".join(widget.allowed) or "'none'"),
        policy=f"script-src {ours}; frame-src {ours}",
    )


def _steps(page: str, origin: str, *, widget: Widget, ours: str, policy: str) -> Iterator[Step]:
    if page.lower() != origin:
        yield Step(code="only_origin", state=State.NOTE, about=origin)
    yield _allowed(origin, widget)
    if origin.startswith("https://") and ours.startswith("http://") and urlsplit(ours).hostname not in LOCAL:
        yield Step(code="mixed_content", state=State.WRONG, about=ours)
    if policy.strip():
        yield from (_by_policy(kind, policy, ours=ours, page=origin) for kind in _DIRECTIVES)
    yield _identity(widget)


def _standing(widget: Widget) -> Step:
    return Step(code="open", state=State.GOOD) if widget.is_open else Step(code="closed", state=State.WRONG)


def _no_origin(page: str) -> Step:
    """Why browsers, or we, take it for no page that may show anything."""
    if page.lower().startswith("http://") and origin_of(f"https{page[4:]}") is not None:
        return Step(code="not_https", state=State.WRONG, about=f"https{page[4:]}")
    if "://" not in page and origin_of(f"https://{page}") is not None:
        return Step(code="no_scheme", state=State.WRONG, about=f"https://{page}")
    return Step(code="no_origin", state=State.WRONG)


def _allowed(origin: str, widget: Widget) -> Step:
    if origin in widget.allowed:
        return Step(code="origin_allowed", state=State.GOOD, about=origin)
    if origin in widget.drafted:
        return Step(code="origin_drafted", state=State.WRONG, about=origin)
    if widget.is_live and origin.startswith("http://"):
        return Step(code="origin_local", state=State.WRONG, about=origin)
    if not widget.allowed:
        return Step(code="origin_none", state=State.WRONG, about=origin)
    code, meant = _mistake(origin, widget.allowed)
    return Step(code=code, state=State.WRONG, about=origin, meant=meant)


def _mistake(origin: str, allowed: Sequence[str]) -> tuple[str, str]:
    """The allowed origin that was probably meant, and what differs."""
    here = urlsplit(origin)
    host = here.hostname or ""
    for each in allowed:
        there = urlsplit(each)
        other = there.hostname or ""
        if other == host and there.scheme != here.scheme:
            return "origin_scheme", each
        if other == host:
            return "origin_port", each
        if other.removeprefix("www.") == host.removeprefix("www."):
            return "origin_www", each
    for each in allowed:
        other = urlsplit(each).hostname or ""
        if host.endswith(f".{other}") or other.endswith(f".{host}"):
            return "origin_subdomain", each
    return "origin_missing", allowed[0]


def _by_policy(kind: str, policy: str, *, ours: str, page: str) -> Step:
    """Whether the page's own policy lets our script, or our frame, in."""
    said: dict[str, list[str]] = {}
    for part in policy.strip().removeprefix("Content-Security-Policy:").replace("\n", " ").split(";"):
        name, *sources = part.split() or [""]
        said.setdefault(name.lower(), sources)
    counts = next((each for each in _DIRECTIVES[kind] if each in said), None)
    if counts is None or any(_lets_in(source, ours=ours, page=page) for source in said[counts]):
        return Step(code=f"policy_{kind}", state=State.GOOD)
    if kind == "script" and any(source.startswith(("'nonce-", "'strict-dynamic'")) for source in said[counts]):
        return Step(code="policy_nonce", state=State.NOTE)
    return Step(code=f"policy_no_{kind}", state=State.WRONG, about=counts, meant=ours)


def _lets_in(source: str, *, ours: str, page: str) -> bool:
    """One source of a policy: `*`, a scheme, a host with or without wildcard, an origin, the page's own."""
    given, target = source.lower().rstrip("/"), urlsplit(ours)
    if given == "'self'":
        return page == ours
    if given in ("*", f"{target.scheme}:"):
        return True
    scheme, _, rest = given.rpartition("://")
    if (scheme and scheme != target.scheme) or rest.startswith("'"):
        return False
    host, _, port = rest.partition("/")[0].partition(":")
    own = target.hostname or ""
    is_host = own.endswith(host[1:]) if host.startswith("*.") else host == own
    return is_host and port in ("*", str(target.port or ""))


def _identity(widget: Widget) -> Step:
    if not _SIGNED & set(widget.methods):
        return Step(code="identity_none", state=State.NOTE)
    return Step(code="identity_signed" if widget.requires_hash else "identity_unsigned", state=State.NOTE)

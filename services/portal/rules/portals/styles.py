"""DECIDES which of a vendor's own style rules are kept, and reports on every one.

What comes in is taken apart as browsers do it, escapes and all, and what is kept is written anew out of its parts: a
property, a function, a word or a unit that is not in `style_words.py` can't come out. Of a rule, what is allowed is
kept and the rest is reported with its line. Rules count only on pages that wear them, in the last layer; which pages
those are is no matter of the rules (never where somebody signs in, confirms, or pays).

Worked example: `.card { color: teal; background: url(//x.example) }` keeps the color and reports the background with
its line as `function`; `@import "x"` is dropped whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

import tinycss2

from services.portal.rules.portals import style_selectors as selectors
from services.portal.rules.portals import style_values as values
from services.portal.rules.portals import style_words as words
from services.portal.rules.portals.style_words import NotAllowed
from shared.errors import FieldError, Invalid

LARGEST: Final = 50_000  # bytes
MOST_RULES: Final = 1_000
DEEPEST: Final = 32  # brackets within brackets
LONGEST: Final = 1_000  # parts of what stands before the brace of one rule
SHOWN: Final = 120  # characters of what the report is about
FIELD: Final = "appearance.custom_css"


class State(StrEnum):
    """What became of a rule."""

    KEPT = "kept"
    PARTLY = "partly"
    DROPPED = "dropped"


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A part that is not kept, the line it stands on, and the code of why."""

    line: int
    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """On one rule: whom it is about, as the vendor wrote it, and what of it is not kept."""

    line: int
    rule: str
    state: State
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is kept of the rules. `clean` is for reading, `scoped` is what pages are given; both may be empty."""

    clean: str
    scoped: str
    verdicts: tuple[Verdict, ...]

    @property
    def digest(self) -> str | None:
        """Other rules have another address; None: there is nothing to wear."""
        return sha256(self.scoped.encode()).hexdigest() if self.scoped else None


@dataclass(frozen=True)
class _Kept:
    """A rule with what is left of it."""

    selectors: tuple[str, ...]
    declarations: tuple[str, ...]
    media: str | None


def decide(css: str) -> Sheet:
    """What is kept of the rules. Raises Invalid where they are too long, too many or too deep to be read."""
    if len(css.encode(errors="replace")) > LARGEST:
        raise Invalid(FieldError.of(FIELD, "too_large", most=LARGEST))
    if _depth(css) > DEEPEST:
        raise Invalid(FieldError.of(FIELD, "too_deep"))
    rules = list(_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True), media=None))
    if len(rules) > MOST_RULES:
        raise Invalid(FieldError.of(FIELD, "too_many_items", most=MOST_RULES))
    kept = [each for each, _ in rules if each is not None]
    scoped = _text(kept, scope=True)
    return Sheet(
        clean=_text(kept, scope=False),
        scoped=f"@layer vendor{{\n{scoped}}}\n" if scoped else "",
        verdicts=tuple(verdict for _, verdict in rules),
    )


def _depth(css: str) -> int:
    """How deep brackets nest at most, if each one counts: an upper bound, since some stand in texts."""
    depth = deepest = 0
    for character in css:
        if character in "({[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")}]":
            depth = max(0, depth - 1)
    return deepest


def _rules(nodes: Sequence[Any], *, media: str | None) -> Iterator[tuple[_Kept | None, Verdict]]:
    for node in nodes:
        if node.type == "qualified-rule":
            yield _rule(node, media)
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None and not media:
            yield from _media(node)
        elif node.type not in ("comment", "whitespace"):
            why = "at_rule" if node.type == "at-rule" else "unreadable"
            yield None, _nothing(node, f"@{node.at_keyword}" if node.type == "at-rule" else "", why)


def _media(node: Any) -> Iterator[tuple[_Kept | None, Verdict]]:
    """The rules within, for as long as they are counted: more than allowed is refused anyway."""
    try:
        query = values.query(node.prelude)
    except NotAllowed as refused:
        yield None, _nothing(node, f"@media{tinycss2.serialize(node.prelude)}", str(refused))
        return
    within = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
    yield from _rules(within, media=query)


def _rule(node: Any, media: str | None) -> tuple[_Kept | None, Verdict]:
    if len(node.prelude) > LONGEST:
        return None, _nothing(node, tinycss2.serialize(node.prelude[:SHOWN]), "too_long")
    said = _shortened(tinycss2.serialize(node.prelude))
    dropped: list[Dropped] = []
    about: list[str] = []
    for part in selectors.split(node.prelude):
        try:
            about.append(selectors.written(part))
        except NotAllowed as refused:
            dropped.append(Dropped(line=node.source_line, what=_shortened(tinycss2.serialize(part)), why=str(refused)))
    declarations = list(_declarations(node.content, dropped)) if about else []
    if not about or not declarations:
        if not dropped:
            dropped.append(Dropped(line=node.source_line, what=said, why="empty"))
        return None, Verdict(line=node.source_line, rule=said, state=State.DROPPED, dropped=tuple(dropped))
    state = State.PARTLY if dropped else State.KEPT
    kept = _Kept(tuple(dict.fromkeys(about)), tuple(declarations), media)
    return kept, Verdict(line=node.source_line, rule=said, state=state, dropped=tuple(dropped))


def _declarations(content: Sequence[Any], dropped: list[Dropped]) -> Iterator[str]:
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type != "declaration":
            what = tinycss2.serialize([node]) if node.type != "error" else ""
            why = "unreadable" if node.type == "error" else "nested"
            dropped.append(Dropped(line=node.source_line, what=_shortened(what), why=why))
            continue
        name = node.name if node.name.startswith("--") else node.lower_name
        try:
            if name not in words.PROPERTIES:
                raise NotAllowed("property")
            value = values.written(node.value)
        except NotAllowed as refused:
            what = f"{node.name}:{tinycss2.serialize(node.value)}"
            dropped.append(Dropped(line=node.source_line, what=_shortened(what), why=str(refused)))
            continue
        if node.important:  # in the last layer it would only lose to ours
            dropped.append(Dropped(line=node.source_line, what="!important", why="important"))
        yield f"{name}: {value}"


def _text(rules: Sequence[_Kept], *, scope: bool) -> str:
    """A rule a line, those of one `@media` together."""
    lines: list[str] = []
    media: str | None = None
    for rule in (*rules, None):
        if media is not None and (rule is None or rule.media != media):
            lines.append("}")
            media = None
        if rule is None:
            break
        if rule.media is not None and rule.media != media:
            media = rule.media
            lines.append(f"@media {media} {{")
        about = ", ".join(selectors.scoped(each) if scope else each for each in rule.selectors)
        lines.append(f"{about} {{ {'; '.join(rule.declarations)} }}")
    return "".join(f"{line}\n" for line in lines)


def _nothing(node: Any, said: str, why: str) -> Verdict:
    what = _shortened(said)
    dropped = Dropped(line=node.source_line, what=what, why=why)
    return Verdict(line=node.source_line, rule=what, state=State.DROPPED, dropped=(dropped,))


def _shortened(text: str) -> str:
    """One line, short enough for a report."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"

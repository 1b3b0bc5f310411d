"""CHECKS whom a vendor's own rule is about, and says it anew: written out of its parts, never copied.

Elements, classes, a few states and attributes. No ids, nothing about what is in a field or behind a link (`value`,
`href`, `src`, `data-…`), nothing about what was visited, nothing that looks downward (`:has()`).

Worked example: `HTML .Card > a:hover` becomes `html .Card > a:hover`, for the page `.own-rules .Card > a:hover`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from services.portal.rules.portals import style_words as words
from services.portal.rules.portals.style_words import NotAllowed

SCOPE: Final = ".own-rules"
"""The class that a page wears which wears the rules."""

_NAME: Final = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]{0,63}", re.ASCII)
_VALUE: Final = re.compile(r"[A-Za-z0-9 _-]{0,40}", re.ASCII)
_COUNT: Final = re.compile(r"odd|even|[+-]?\d{0,4}n?(?: ?[+-] ?\d{1,4})?", re.ASCII)
_COMBINATORS: Final = ">+~"
_ITSELF: Final = (":root", "html")


def split(tokens: Sequence[Any]) -> Iterator[list[Any]]:
    """The selectors between commas."""
    part: list[Any] = []
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def written(tokens: Sequence[Any]) -> str:
    """The selector in our own writing. Raises NotAllowed."""
    reader = _Reader([token for token in tokens if token.type != "comment"])
    said = reader.complex()
    if not said:
        raise NotAllowed("bad_selector")
    return said


def scoped(selector: str) -> str:
    """The same, only on pages that wear the rules. The page itself is the class."""
    for itself in _ITSELF:
        rest = selector.removeprefix(itself)
        if rest != selector and not re.match(r"[A-Za-z0-9_-]", rest):
            return SCOPE + rest
    return f"{SCOPE} {selector}"


class _Reader:
    """Reads one selector from left to right."""

    def __init__(self, tokens: Sequence[Any]) -> None:
        self.tokens, self.at = tokens, 0

    def peek(self) -> Any:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self) -> Any:
        token = self.peek()
        self.at += 1
        if token is None:
            raise NotAllowed("bad_selector")
        return token

    def skip_space(self) -> bool:
        start = self.at
        while (token := self.peek()) is not None and token.type == "whitespace":
            self.at += 1
        return self.at > start

    def complex(self, *, inside: bool = False) -> str:
        """Compounds with combinators between them."""
        self.skip_space()
        parts = [self.compound(inside=inside)]
        while True:
            has_space = self.skip_space()
            token = self.peek()
            if token is None:
                return "".join(parts)
            if token.type == "literal" and token.value in _COMBINATORS and not inside:
                self.at += 1
                self.skip_space()
                parts.append(f" {token.value} ")
            elif has_space and not inside:
                parts.append(" ")
            else:
                raise NotAllowed("bad_selector")
            parts.append(self.compound(inside=inside))

    def compound(self, *, inside: bool) -> str:
        """An element, and what is said of it."""
        said: list[str] = []
        while (token := self.peek()) is not None and token.type != "whitespace":
            if token.type == "literal" and token.value in _COMBINATORS:
                break
            said.append(self.simple(is_first=not said, inside=inside))
        if not said:
            raise NotAllowed("bad_selector")
        return "".join(said)

    def simple(self, *, is_first: bool, inside: bool) -> str:
        token = self.take()
        if token.type == "ident" and is_first:
            return _listed(token.lower_value, words.ELEMENTS, "element")
        if token.type == "[] block":
            return _attribute(token)
        if token.type == "literal":
            if token.value == "*" and is_first:
                return "*"
            if token.value == ".":
                return f".{_name(self.take())}"
            if token.value == ":":
                return self.pseudo(inside=inside)
        raise NotAllowed("id_selector" if token.type == "hash" else "bad_selector")

    def pseudo(self, *, inside: bool) -> str:
        token = self.take()
        if token.type == "literal" and token.value == ":":
            token = self.take()
            name = token.lower_value if token.type == "ident" else ""
            if inside:
                raise NotAllowed("bad_selector")
            return f"::{_listed(name, words.PSEUDO_ELEMENTS, 'pseudo')}"
        if token.type == "ident":
            return f":{_listed(token.lower_value, words.PSEUDO_CLASSES, 'pseudo')}"
        if token.type == "function" and token.lower_name in words.COUNTED:
            return f":{token.lower_name}({_count(token.arguments)})"
        if token.type == "function" and token.lower_name in words.LISTS and not inside:
            among = [_Reader(list(part)).complex(inside=True) for part in split(token.arguments)]
            return f":{token.lower_name}({', '.join(among)})"
        raise NotAllowed("pseudo")


def _listed(name: str, among: frozenset[str], why: str) -> str:
    if name not in among:
        raise NotAllowed(why)
    return name


def _name(token: Any) -> str:
    if token.type != "ident" or not _NAME.fullmatch(token.value):
        raise NotAllowed("bad_selector")
    return str(token.value)


def _attribute(block: Any) -> str:
    tokens = [token for token in block.content if token.type not in ("whitespace", "comment")]
    if not tokens or tokens[0].type != "ident" or tokens[0].lower_value not in words.ATTRIBUTES:
        raise NotAllowed("attribute")
    name = tokens[0].lower_value
    if len(tokens) == 1:
        return f"[{name}]"
    is_equal = len(tokens) == 3 and tokens[1].type == "literal" and tokens[1].value == "="
    if not is_equal or tokens[2].type not in ("ident", "string") or not _VALUE.fullmatch(tokens[2].value):
        raise NotAllowed("attribute")
    return f'[{name}="{tokens[2].value}"]'


def _count(tokens: Sequence[Any]) -> str:
    said = "".join(token.serialize() for token in tokens if token.type != "comment").strip().lower()
    if not said or not _COUNT.fullmatch(said):
        raise NotAllowed("pseudo")
    return said

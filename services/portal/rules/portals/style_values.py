"""CHECKS what a vendor's own rules set properties to, and when they count (`@media`), and says it anew, part by part.

Parts stand apart from each other, so that none can grow together with the next into something else.

Worked example: `calc(1px + 2PX)` becomes `calc(1px + 2px)`; `url(x)`, `fixed` and `1/**/px` are refused.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from services.portal.rules.portals import style_words as words
from services.portal.rules.portals.style_words import NotAllowed

DEEPEST: Final = 8  # functions within functions
_NUMBER: Final = re.compile(r"[+-]?[0-9.]{1,12}(?:[eE][+-]?[0-9]{1,2})?", re.ASCII)
_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})", re.ASCII)


def written(tokens: Sequence[Any], *, depth: int = 0) -> str:
    """What a property is set to, each part apart from the next. Raises NotAllowed."""
    said = [_value(token, depth) for token in tokens if token.type not in ("whitespace", "comment")]
    if not said:
        raise NotAllowed("empty")
    return " ".join(said).replace(" ,", ",")


def _value(token: Any, depth: int) -> str:
    match token.type:
        case "ident":
            return _keyword(token.lower_value)
        case "number" | "percentage" | "dimension":
            return _measure(token)
        case "hash" if _HEX.fullmatch(token.value):
            return f"#{token.value.lower()}"
        case "literal" if token.value in words.LITERALS:
            return str(token.value)
        case "string" if token.value.lower() in words.FAMILIES:
            return f'"{words.FAMILIES[token.value.lower()]}"'
        case "function" if token.lower_name in words.FUNCTIONS and depth < DEEPEST:
            return _function(token, depth)
        case "() block" if 0 < depth < DEEPEST:  # within calc()
            return f"({written(token.content, depth=depth + 1)})"
        case "function" | "url":
            raise NotAllowed("function")
        case _:
            raise NotAllowed("value")


def _keyword(word: str) -> str:
    if word not in words.KEYWORDS:
        raise NotAllowed("word")
    return word


def _measure(token: Any) -> str:
    if not _NUMBER.fullmatch(token.representation):
        raise NotAllowed("value")
    if token.type == "dimension":
        if token.lower_unit not in words.UNITS:
            raise NotAllowed("unit")
        return f"{token.representation}{token.lower_unit}"
    return f"{token.representation}{'%' if token.type == 'percentage' else ''}"


def _function(token: Any, depth: int) -> str:
    if token.lower_name != "var":
        return f"{token.lower_name}({written(token.arguments, depth=depth + 1)})"
    arguments = [each for each in token.arguments if each.type not in ("whitespace", "comment")]
    if not arguments or arguments[0].type != "ident" or arguments[0].value not in words.TOKENS:
        raise NotAllowed("variable")
    if len(arguments) == 1:
        return f"var({arguments[0].value})"
    if arguments[1].type != "literal" or arguments[1].value != ",":
        raise NotAllowed("variable")
    return f"var({arguments[0].value}, {written(arguments[2:], depth=depth + 1)})"


def query(tokens: Sequence[Any]) -> str:
    """Of `@media`. Raises NotAllowed."""
    said: list[str] = []
    for token in tokens:
        if token.type in ("whitespace", "comment"):
            continue
        if token.type == "ident" and token.lower_value in words.MEDIA_WORDS:
            said.append(token.lower_value)
        elif token.type == "literal" and token.value == ",":
            said.append(",")
        elif token.type == "() block":
            said.append(f"({_feature(token.content)})")
        else:
            raise NotAllowed("media")
    if not said:
        raise NotAllowed("media")
    return " ".join(said).replace(" ,", ",")


def _feature(content: Sequence[Any]) -> str:
    tokens = [token for token in content if token.type not in ("whitespace", "comment")]
    if not tokens or tokens[0].type != "ident" or tokens[0].lower_value not in words.MEDIA_FEATURES:
        raise NotAllowed("media")
    if len(tokens) == 1:
        return str(tokens[0].lower_value)
    if tokens[1].type != "literal" or tokens[1].value != ":" or len(tokens) not in (3, 5):
        raise NotAllowed("media")
    said = []
    for token in tokens[2:]:
        if token.type == "ident" and token.lower_value in words.MEDIA_VALUES:
            said.append(token.lower_value)
        elif token.type in ("number", "dimension"):
            said.append(_measure(token))
        elif token.type == "literal" and token.value == "/":
            said.append("/")
        else:
            raise NotAllowed("media")
    return f"{tokens[0].lower_value}: {' '.join(said)}"

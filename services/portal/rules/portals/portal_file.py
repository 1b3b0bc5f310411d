"""DESCRIBES the file that a portal is kept in outside of Bursar: what it holds, and where it names the vendor's things.

A file holds what a draft may change, so neither the address, nor the vendor's own host (which is proven for one portal
alone), nor whether the portal is open. It names campaigns, products, plans, coupons and helpdesks by what the vendor
calls them, a coupon by its code, a plan as `product / plan`, since ids differ between test and live mode.

What it leaves out stays as it is. Texts and translated headings are taken as they stand in it, language by language:
those that it does not have are taken away.

Worked example: `{"scope": {"campaigns": ["Strings"]}}` names the campaign "Strings" at `scope.campaigns.0`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from shared.errors import FieldError, Invalid
from shared.i18n.overrides import full

FORMAT: Final = "bursar/portal/1"
LEFT_OUT: Final = ("domain",)
_HELPDESKS: Final = ("subscription_cancel", "refund_request", "tickets")
_PLACES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    *(("helpdesks", ("features", feature, "helpdesk")) for feature in _HELPDESKS),
    ("coupons", ("features", "subscription_cancel", "offers", "*", "coupon")),
    ("plans", ("features", "subscription_cancel", "offers", "*", "plan")),
    ("campaigns", ("scope", "campaigns", "*")),
    ("products", ("scope", "hidden_products", "*")),
)
Rename: TypeAlias = Callable[["Named"], str]


@dataclass(frozen=True, kw_only=True)
class Named:
    """One of the vendor's things where a portal names it: its kind, the field, and the name or id that stands there."""

    kind: str
    field: str
    value: str


def wrap(document: Mapping[str, Any]) -> dict[str, Any]:
    """A portal's document as a file has it."""
    return {"format": FORMAT, **{name: value for name, value in document.items() if name not in LEFT_OUT}}


def unwrap(value: Any) -> dict[str, Any]:
    """What a file says of the portal. Raises Invalid where it is no such file."""
    if not isinstance(value, Mapping):
        raise Invalid(FieldError.of("format", "required"))
    if value.get("format") != FORMAT:
        raise Invalid(FieldError.of("format", "not_a_choice" if "format" in value else "required"))
    return {name: inner for name, inner in value.items() if name != "format"}


def names(document: Mapping[str, Any]) -> tuple[Named, ...]:
    """Everything that it names, in whatever shape the rest of it is."""
    found: list[Named] = []
    for kind, path in _PLACES:
        found += (Named(kind=kind, field=field, value=value) for field, value in _found(document, path, at=""))
    return tuple(found)


def renamed(document: Mapping[str, Any], rename: Rename) -> dict[str, Any]:
    """The same with each name as `rename` says."""
    by_field = {each.field: rename(each) for each in names(document)}
    return {name: _copied(value, by_field, at=name) for name, value in document.items()}


def completed(given: Mapping[str, Any], *, now_is: Mapping[str, Any]) -> dict[str, Any]:
    """The change that leads to what is given: languages, and texts of one, that it does not have are taken away."""
    whole = dict(given)
    if "texts" in given:
        texts = {language: dict.fromkeys(said) for language, said in now_is["texts"].items()}
        whole["texts"] = {
            **texts,
            **{language: {**texts.get(language, {}), **_in_full(said)} for language, said in given["texts"].items()},
        }
    if "translations" in given.get("appearance", {}):
        before = dict.fromkeys(now_is["appearance"]["translations"])
        headings = {**before, **given["appearance"]["translations"]}
        whole["appearance"] = {**given["appearance"], "translations": headings}
    return whole


def _in_full(said: Mapping[str, Any] | None) -> dict[str, Any]:
    """By full keys: a short one would stand beside the full one that takes it away."""
    return {full(key): text for key, text in (said or {}).items()}


def _found(value: Any, path: tuple[str, ...], *, at: str) -> Iterator[tuple[str, str]]:
    if not path:
        if isinstance(value, str):
            yield at, value
    elif path[0] == "*" and isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _found(inner, path[1:], at=f"{at}.{number}")
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _found(value[path[0]], path[1:], at=f"{at}.{path[0]}".lstrip("."))


def _copied(value: Any, by_field: Mapping[str, str], *, at: str) -> Any:
    if isinstance(value, Mapping):
        return {name: _copied(inner, by_field, at=f"{at}.{name}") for name, inner in value.items()}
    if isinstance(value, list):
        return [_copied(inner, by_field, at=f"{at}.{number}") for number, inner in enumerate(value)]
    return by_field.get(at, value)

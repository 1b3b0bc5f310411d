"""What a form of the catalog says, read strictly: a value for the action, or a sentence at the field that is wrong.

A field is called by what it is about: `plan.price`. Nothing is guessed; what could not be read stands there again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final, TypeAlias

from werkzeug.datastructures import MultiDict

from services.portal.rules.operations import cells
from services.portal.rules.operations.cells import CellRefused
from shared.errors import FieldError, Invalid
from shared.i18n import DEFAULT, catalog
from shared.money import EXPONENTS, Money
from shared.totals import HUNDRED_PERCENT
from shared.web.htmx import translate

Form: TypeAlias = MultiDict[str, str]

LONGEST: Final = 60_000  # characters of any field; each has its own limit in the rules
ON: Final = "yes"
_PERCENT: Final = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)
_LOCAL: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A form about one `kind` of thing. `wrong` has a sentence for each field that could not be read."""

    form: Form
    kind: str
    wrong: dict[str, str] = field(default_factory=dict)

    def typed(self, name: str) -> str:
        """As it was typed, without the spaces around it."""
        return self.form.get(f"{self.kind}.{name}", "")[:LONGEST].strip()

    def refuse(self, name: str, code: str, /, **params: object) -> None:
        """Say what is wrong with a field; the first thing stays."""
        self.wrong.setdefault(f"{self.kind}.{name}", sentence(code, params))

    def words(self, name: str, *, longest: int, is_needed: bool = False, has_lines: bool = False) -> str | None:
        """Plain text; None where nothing is written."""
        plain = self.typed(name).replace("\r\n", "\n")
        found = self._cell(name, lambda: cells.text(plain.replace("\n", " ") if has_lines else plain, longest=longest))
        if found is None and is_needed:
            self.refuse(name, "required")
        return plain if found and has_lines else found

    def needed(self, name: str, *, longest: int) -> str:
        """Plain text that can't be left out; empty where it was."""
        return self.words(name, longest=longest, is_needed=True) or ""

    def lines(self, name: str, *, longest: int, most: int) -> list[str]:
        """One on each line."""
        given = [each.strip() for each in self.typed(name).splitlines() if each.strip()]
        if len(given) > most:
            self.refuse(name, "too_many", most=most)
        for each in given:
            self._cell(name, partial(cells.text, each, longest=longest))
        return given

    def number(self, name: str, *, least: int, most: int) -> int | None:
        """A whole number; None where nothing is written."""
        plain = self.typed(name)
        if not plain:
            return None
        if not (plain.isascii() and plain.isdigit()) or len(plain) > 12 or not least <= int(plain) <= most:
            self.refuse(name, "out_of_range", least=least, most=most)
            return None
        return int(plain)

    def percent(self, name: str, *, least: int = 0) -> int | None:
        """Basis points of what is typed in percent, with at most two decimals; None where nothing is written."""
        plain = self.typed(name).removesuffix("%").rstrip()
        if not plain:
            return None
        whole, _point, rest = plain.partition(".")
        if not _PERCENT.fullmatch(plain) or not least <= int(whole) * 100 + int(rest.ljust(2, "0")) <= HUNDRED_PERCENT:
            self.refuse(name, "bad_percent")
            return None
        return int(whole) * 100 + int(rest.ljust(2, "0"))

    def price(self, name: str, *, currency: str) -> Money | None:
        """An amount in major units, with no more decimals than the currency has; not negative."""
        code = self._cell(currency, lambda: cells.currency(self.typed(currency)))
        if not self.typed(name):
            self.refuse(name, "required")
            return None
        digits = code or next(each for each, exponent in EXPONENTS.items() if exponent == max(EXPONENTS.values()))
        found = self._cell(name, lambda: cells.amount(self.typed(name), digits))
        return found if code else None

    def one_of(self, name: str, offered: Sequence[str]) -> str | None:
        """One of few words; None where nothing is chosen."""
        given = self.typed(name)
        if given and given not in offered:
            self.refuse(name, "not_a_choice")
            return None
        return given or None

    def several(self, name: str) -> list[str]:
        """What is ticked, each once."""
        return list(dict.fromkeys(each for each in self.form.getlist(f"{self.kind}.{name}") if each))

    def switch(self, name: str) -> bool:
        """On or off."""
        return self.typed(name) == ON

    def moment(self, name: str) -> datetime | None:
        """A day with its time in UTC, as a browser's field for it writes them; None where nothing is written."""
        plain = self.typed(name)
        if not plain:
            return None
        written = f"{plain}Z" if _LOCAL.fullmatch(plain) else plain
        found: datetime | None = self._cell(name, lambda: cells.moment(written))
        return found

    def _cell(self, name: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except CellRefused as refused:
            self.refuse(name, refused.code, **refused.params)
            return None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a form's fields hold by now, and what is wrong with which: what was typed, else what is kept."""

    kept: Mapping[str, Any]
    typed: Form | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)

    def at(self, path: str) -> Any:
        """What a field holds."""
        if self.typed is None:
            return self.kept.get(path)
        if isinstance(self.kept.get(path), list):
            return self.typed.getlist(path)
        return self.typed.get(path)


def by_field(refusal: Invalid, kind: str) -> dict[str, str]:
    """What an action refused, by the fields of the form about this kind."""
    return {f"{kind}.{each.field}": _said(each) for each in reversed(refusal.fields)}


def sentence(code: str, params: Mapping[str, object]) -> str:
    """What is wrong. Few things are only ever said in the console."""
    own = f"console.wrong.{code}"
    return translate(own if own in catalog(DEFAULT) else f"errors.field.{code}", **params)


def written_moment(moment: datetime | None) -> str:
    """For a browser's field: in UTC, to the minute."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if moment else ""


def written_percent(basis_points: int | None) -> str:
    """For a field: 1900 is `19`, 750 is `7.5`."""
    return "" if basis_points is None else f"{basis_points // 100}.{basis_points % 100:02}".rstrip("0").rstrip(".")


def _said(error: FieldError) -> str:
    return sentence(error.code, dict(error.params))

"""A portal's own style rules: cleaned when they are saved, kept as they were written and as they are served."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.portal.models import PortalConfiguration
from services.portal.rules.portals import styles
from services.portal.rules.portals.styles import Sheet, Verdict

_FIELD: Final = "custom_css"


@dataclass(frozen=True)
class Wanted:
    """Rules that somebody would like to save; None: none any more."""

    css: str | None
    sheet: Sheet | None

    @property
    def report(self) -> tuple[Verdict, ...]:
        """What became of each rule."""
        return self.sheet.verdicts if self.sheet else ()


def parted(values: Mapping[str, Any]) -> tuple[Mapping[str, Any], Wanted | None]:
    """The values without the rules, and the rules, where any are given. Raises Invalid for rules that can't be kept."""
    appearance = values.get("appearance", {})
    if _FIELD not in appearance:
        return values, None
    css = appearance[_FIELD] or None
    others = {name: value for name, value in appearance.items() if name != _FIELD}
    return {**values, "appearance": others}, Wanted(css, styles.decide(css) if css else None)


def address(wanted: Wanted | None) -> dict[str, Any]:
    """The column that says whether rules changed: the two long ones are no matter of the action log."""
    return {} if wanted is None else {"css_digest": wanted.sheet.digest if wanted.sheet else None}


def keep(row: PortalConfiguration, wanted: Wanted | None) -> None:
    """The rules are those of the portal."""
    if wanted is not None:
        row.custom_css = wanted.css
        row.served_css = wanted.sheet.scoped if wanted.sheet else None

"""How well a brand color reads, and what is made of it where it does not: numbers for whoever chooses it."""

from dataclasses import dataclass

from shared.ui.palette import DARK_GROUNDS, DEFAULT_COLOR, HEX, LIGHT_GROUNDS, contrast, palette


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Contrasts as WCAG counts them, 1 to 21. `is_adjusted`: links get another tone than the color itself."""

    color: str
    on_buttons: float
    links_light: float
    links_dark: float
    itself: float
    light: str
    dark: str

    @property
    def is_adjusted(self) -> bool:
        """Whether the color itself could not be read on a white card."""
        return self.light != self.color


def of(color: str | None) -> Verdict | None:
    """The verdict on a color; None for what is no color. Without color, that on our own."""
    wanted = (color or DEFAULT_COLOR).lower()
    if not HEX.fullmatch(wanted):
        return None
    tones = palette(wanted)
    return Verdict(
        color=wanted,
        on_buttons=contrast(tones.on_brand_light, tones.brand_light),
        links_light=contrast(tones.accent_light, LIGHT_GROUNDS[0]),
        links_dark=contrast(tones.accent_dark, DARK_GROUNDS[0]),
        itself=contrast(wanted, LIGHT_GROUNDS[0]),
        light=tones.accent_light,
        dark=tones.accent_dark,
    )

"""Small charts as points of an SVG: a line, and the area under it, of any numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 240
HEIGHT: Final = 44
_EDGE: Final = 3  # half the line's width and a little, so that peaks are not cut


@dataclass(frozen=True, kw_only=True)
class Sparkline:
    """`line` and `area` are values of the attribute `points`."""

    line: str
    area: str
    width: int = WIDTH
    height: int = HEIGHT


def draw(values: Sequence[int]) -> Sparkline:
    """From the least to the greatest over the whole height; at least two values. What never changes is a line at the
    foot where it is nothing, else half-way up."""
    least, greatest = min(values), max(values)
    step = WIDTH / (len(values) - 1)
    places = [(round(number * step, 1), _height(value, least, greatest)) for number, value in enumerate(values)]
    line = " ".join(f"{x:g},{y:g}" for x, y in places)
    return Sparkline(line=line, area=f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}")


def _height(value: int, least: int, greatest: int) -> float:
    room = HEIGHT - 2 * _EDGE
    if greatest == least:
        return HEIGHT / 2 if value else HEIGHT - _EDGE
    return round(HEIGHT - _EDGE - room * (value - least) / (greatest - least), 1)

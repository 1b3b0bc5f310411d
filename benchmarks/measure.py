"""What a scenario reports."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure: what was measured, its value and unit, and the figure to reach, in words; empty for a floor."""

    name: str
    value: float
    unit: str
    goal: str

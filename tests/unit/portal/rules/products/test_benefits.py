"""What is gained and lost by another plan."""

import pytest

from services.portal.rules.products import benefits
from services.portal.rules.products.benefits import Difference


@pytest.mark.parametrize(
    ("current", "target", "gained", "lost"),
    [
        (["Two desks", "Wi-Fi"], ["wi-fi", "A locker"], ("A locker",), ("Two desks",)),
        ([], ["A", "B"], ("A", "B"), ()),
        (["A", "B"], [], (), ("A", "B")),
        (["10  GB"], ["10 GB "], (), ()),
        (["Straße"], ["STRASSE"], (), ()),
        (["10 GB"], ["50 GB"], ("50 GB",), ("10 GB",)),
        ([], [], (), ()),
    ],
)
def test_the_difference_is_what_only_one_of_them_has(
    current: list[str], target: list[str], gained: tuple[str, ...], lost: tuple[str, ...]
) -> None:
    assert benefits.calculate(current, target) == Difference(gained=gained, lost=lost)


def test_features_are_kept_without_spaces_and_each_once_as_it_came_first() -> None:
    assert benefits.tidy(["  Wi-Fi ", "A  locker", "wi-fi"]) == ["Wi-Fi", "A locker"]

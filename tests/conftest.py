"""What every test has: its folder is its marker; shared fixtures come from tests/support."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`tests/unit/…` is marked `unit`, and so on: nobody has to remember it."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])

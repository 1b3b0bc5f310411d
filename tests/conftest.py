"""What every test has: its folder is its marker; shared fixtures come from tests/support."""

from pathlib import Path

import pytest

pytest_plugins = [
    "tests.support.languages",  # examples
    "tests.support.backends",  # database_url, bus_url, postgres_server, rabbitmq_server
    "tests.support.gateway",  # gate, own_gate
    "tests.support.stack",  # stack
    "tests.support.composed",  # composed
    "tests.support.vendors",  # vendor
    "tests.support.browser",  # browser, visit
    "tests.support.shop_page",  # guest, shop_page, other_page
    "tests.support.widgets",  # widget
]

TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`tests/unit/…` is marked `unit`, and so on: nobody has to remember it."""
    for item in items:
        item.add_marker(item.path.relative_to(TESTS).parts[0])

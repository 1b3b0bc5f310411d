"""Are events what we promised: documented, published, handled, and the same bytes on the wire for ever."""

import ast
import dataclasses
import json
from pathlib import Path

import pytest

from shared.events import BY_KEY, CATALOGUE, Event

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
SERVICES = ("auth", "portal", "invoices", "notifications")
KEYS = [event.key() for event in CATALOGUE]
RETIRED = {"portal_configuration.published.v1", "portal_configuration.published.v2"}
"""Not published any more, still understood: an older service may have said them last."""


@pytest.mark.parametrize("key", KEYS)
def test_an_event_says_in_its_docstring_what_it_means(key: str) -> None:
    said = BY_KEY[key].__doc__ or ""

    assert len(said) > 40
    assert not said.startswith(BY_KEY[key].__name__ + "(")  # the one a dataclass makes up


@pytest.mark.parametrize("key", KEYS)
def test_the_wire_has_exactly_the_fields_of_its_golden_file(key: str) -> None:
    golden = json.loads((GOLDEN / f"{key}.json").read_text())

    event = BY_KEY[key](**golden["data"])

    assert golden["type"] == key
    assert golden["specversion"] == "1.0"
    assert dataclasses.asdict(event) == golden["data"]


def test_there_is_a_golden_file_for_each_event_and_for_nothing_else() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == sorted(KEYS)


@pytest.mark.parametrize("key", [key for key in KEYS if key not in RETIRED])
def test_every_event_is_published_by_some_action(key: str) -> None:
    event = BY_KEY[key]
    publishers = [
        path
        for path in (*ROOT.glob("services/*/actions/**/*.py"), ROOT / "shared/bus/access_log.py")
        if any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == event.__name__
            for node in ast.walk(ast.parse(path.read_text()))
        )
    ]

    assert publishers, f"nobody publishes {event.key()}"


@pytest.mark.parametrize("service", SERVICES)
def test_handled_events_exist(service: str) -> None:
    module = __import__(f"services.{service}.handlers", fromlist=["HANDLERS"])

    assert set(module.HANDLERS) <= set(CATALOGUE)


@pytest.mark.parametrize("event", CATALOGUE, ids=KEYS)
def test_every_event_is_bound_by_some_service_or_a_healthy_system_would_park_it(event: type[Event]) -> None:
    bound = [
        service
        for service in SERVICES
        if event in __import__(f"services.{service}.handlers", fromlist=["HANDLERS"]).HANDLERS
    ]

    assert bound, f"nobody is bound to {event.key()}"


def test_the_generated_page_lists_every_event_with_its_listeners() -> None:
    from shared.events.document import page

    listeners = {
        event.key(): sorted(
            f"{service}.{effect.__name__}"
            for service in SERVICES
            for effect in __import__(f"services.{service}.handlers", fromlist=["HANDLERS"]).HANDLERS.get(event, ())
        )
        for event in CATALOGUE
    }

    assert (ROOT / "docs/events.md").read_text() == page(listeners), "run `bursar events document`"

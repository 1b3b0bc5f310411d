"""GD-01: nothing personal without a rule: every column of every table, every field of every event."""

import dataclasses
from typing import Any

import pytest

from shared.bus.forgetting import masked_body
from shared.database import tables
from shared.database.personal import SHARED, Holding
from shared.events import CATALOGUE
from shared.events.personal import PERSONAL, PLAIN

SERVICES = ("auth", "portal", "invoices", "notifications")
OF_SOMEBODY = {"customer", "email", "email_key"}


def holdings(service: str) -> dict[str, Holding]:
    module: Any = __import__(f"services.{service}.models.personal", fromlist=["HOLDINGS"])
    return dict(module.HOLDINGS)


def columns(service: str) -> dict[str, set[str]]:
    module: Any = __import__(f"services.{service}.models", fromlist=["Base"])
    return {name: set(table.columns.keys()) for name, table in module.Base.metadata.tables.items()}


@pytest.mark.feature("M17")
@pytest.mark.parametrize("service", SERVICES)
def test_every_column_has_an_export_rule_and_an_erase_rule(service: str) -> None:
    ruled = {name: sorted(holding.columns) for name, holding in holdings(service).items()}

    assert ruled == {name: sorted(found) for name, found in columns(service).items()}


@pytest.mark.parametrize("service", SERVICES)
def test_a_table_about_a_customer_says_how_to_find_them_and_why_rows_stay(service: str) -> None:
    about = {name for name, found in columns(service).items() if "customer" in found}
    silent = {
        name
        for name, holding in holdings(service).items()
        if name in about and (holding.whose is None or not (holding.is_deleted or holding.erased or holding.ground))
    }

    assert silent == set()


@pytest.mark.parametrize("service", SERVICES)
def test_what_becomes_of_a_column_is_said_of_columns_that_are_there(service: str) -> None:
    wrong = {name: set(holding.erased) - set(holding.columns) for name, holding in holdings(service).items()}

    assert {name: found for name, found in wrong.items() if found} == {}


def test_the_tables_that_every_service_has_are_ruled_too() -> None:
    found = {name: sorted(table.columns.keys()) for name, table in tables.metadata.tables.items()}

    assert {name: sorted(holding.columns) for name, holding in SHARED.items()} == found


@pytest.mark.parametrize("event", CATALOGUE, ids=[event.key() for event in CATALOGUE])
def test_every_field_of_an_event_is_known_to_be_personal_or_plain(event: Any) -> None:
    names = {field.name for field in dataclasses.fields(event)}
    unruled = names - set(PERSONAL.get(event, {})) - PLAIN

    assert {name for name in unruled if not _is_of_a_vendor(event, name)} == set()


@pytest.mark.parametrize("event", PERSONAL, ids=[event.key() for event in PERSONAL])
def test_masked_events_still_read_as_events(event: Any) -> None:
    from pathlib import Path

    from shared.bus import codec

    golden = (Path(__file__).parent / "golden" / f"{event.key()}.json").read_text()

    masked = codec.decode(masked_body(event.key(), golden).encode()).event

    assert {name: getattr(masked, name) for name in PERSONAL[event]} == dict(PERSONAL[event])


def _is_of_a_vendor(event: Any, name: str) -> bool:
    """A vendor's or a portal's name, which is public."""
    return name == "display_name" and event.name.startswith(("vendor.", "portal_configuration."))

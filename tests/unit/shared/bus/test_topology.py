"""What a service listens to is what it handles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus import topology
from shared.events import BY_KEY, CustomerCreated, InvoiceIssued


def test_the_keys_of_a_queue_are_the_events_of_the_table() -> None:
    assert topology.keys({InvoiceIssued: (), CustomerCreated: ()}) == ("customer.created.v1", "invoice.issued.v1")


def test_every_other_key_of_the_catalog_is_unbound() -> None:
    bound = ("customer.created.v1",)

    assert {*topology.other_keys(bound), *bound} == set(BY_KEY)
    assert not {*topology.other_keys(bound)} & {*bound}


@given(st.floats(0, 1800))
def test_a_retry_rests_at_least_as_long_as_asked(delay: float) -> None:
    name, milliseconds = topology.retry_queue("portal", delay)

    assert milliseconds >= delay * 1000 - 1e-6
    assert name == f"portal.retry.{milliseconds}"


@pytest.mark.parametrize(("delay", "milliseconds"), [(0, 100), (1, 1000), (1.2, 2000), (9999, 1_800_000)])
def test_it_rests_in_the_shortest_queue_that_is_long_enough(delay: float, milliseconds: int) -> None:
    assert topology.retry_queue("portal", delay)[1] == milliseconds

"""An event is the same on both ends of the wire; what is not an event is told from one (EV-07, EV-11)."""

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus import codec
from shared.bus.codec import Undecodable
from shared.events import CATALOGUE, Actor, CustomerCreated, Envelope, Event

texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=30)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def values(hint: Any) -> st.SearchStrategy[Any]:
    """What a field with this annotation may hold."""
    if type(None) in get_args(hint):
        return st.none() | st.one_of([values(each) for each in get_args(hint) if each is not type(None)])
    kinds = {str: texts, int: st.integers(-(2**53), 2**53), bool: st.booleans()}
    if hint in kinds:
        return kinds[hint]
    if get_origin(hint) is list:
        return st.lists(values(get_args(hint)[0]), max_size=3)
    return st.dictionaries(texts, plain, max_size=3)


@st.composite
def events(draw: st.DrawFn) -> Event:
    kind = draw(st.sampled_from(CATALOGUE))
    hints = get_type_hints(kind)
    return kind(**{field.name: draw(values(hints[field.name])) for field in dataclasses.fields(kind)})


def around(event: Event) -> Envelope:
    return Envelope(
        id="evt_1",
        source="/bursar/test",
        vendor="ven_1",
        mode="test",
        actor=Actor(kind="key", id="key_1"),
        request_id="req_1",
        time=datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        event=event,
    )


def wire(**changes: Any) -> dict[str, Any]:
    """A good message, as a dict to spoil."""
    event = CustomerCreated(
        customer="cus_1", email="ada@example.com", display_name=None, reference=None, locale=None, revision=1
    )
    message: dict[str, Any] = json.loads(codec.encode(around(event)))
    return message | changes


@given(events())
def test_every_event_of_the_catalog_arrives_as_it_was_sent(event: Event) -> None:
    envelope = around(event)

    assert codec.decode(codec.encode(envelope)) == envelope


def test_fields_nobody_knows_yet_are_ignored() -> None:
    message = wire(traceparent="00-1")
    message["data"]["nickname"] = "Ada"

    assert isinstance(codec.decode(json.dumps(message).encode()).event, CustomerCreated)


@pytest.mark.parametrize(
    "spoiled",
    [
        wire(type="customer.created.v2"),
        wire(type="customer.forgotten.v1"),
        wire(type=None),
        wire(specversion="0.3"),
        wire(id=""),
        wire(time="yesterday"),
        wire(time="2026-01-01T00:00:00"),
        wire(mode="both"),
        wire(vendor=None),
        wire(actorkind="robot"),
        wire(data=None),
        wire(data=[]),
        wire(data={}),
        *(
            wire(data=wire()["data"] | change)
            for change in (
                {"revision": "1"},
                {"revision": True},
                {"revision": 1.5},
                {"email": None},
                {"email": ["a"]},
                {"email": "a\x00b"},
                {"email": "\ud800"},
                {"customer": 5},
            )
        ),
    ],
    ids=lambda message: json.dumps(message)[-60:],
)
def test_what_does_not_fit_is_undecodable(spoiled: dict[str, Any]) -> None:
    with pytest.raises(Undecodable):
        codec.decode(json.dumps(spoiled).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"data": ' * 5_000,
        b'{"x": "' + b"y" * codec.LARGEST + b'"}',
        b"1" * 5_000,
    ],
    ids=lambda body: repr(body[:12]) + str(len(body)),
)
def test_what_is_no_message_at_all_is_undecodable(body: bytes) -> None:
    with pytest.raises(Undecodable):
        codec.decode(body)


@given(st.binary(max_size=200) | plain.map(lambda value: json.dumps(value).encode()))
def test_nothing_that_arrives_raises_anything_else(body: bytes) -> None:
    with pytest.raises(Undecodable):
        codec.decode(body)


def test_what_a_reader_would_refuse_is_refused_when_it_is_said() -> None:
    good = codec.decode(json.dumps(wire()).encode()).event
    for change in ({"email": None}, {"revision": "1"}, {"email": "x\x00"}, {"display_name": "x" * codec.LARGEST}):
        with pytest.raises(Undecodable):
            codec.encode(around(dataclasses.replace(good, **change)))  # type: ignore[arg-type]


def test_a_refusal_quotes_nothing_of_the_content() -> None:
    message = wire()
    message["data"]["revision"] = "secret"

    with pytest.raises(Undecodable) as refused:
        codec.decode(json.dumps(message).encode())

    assert str(refused.value) == "customer.created.v1: revision is not of its type"

"""Event to CloudEvent 1.0 and back. What cannot be read is named `Undecodable` and goes to the dead letters.

On the wire: structured JSON with the attributes `id`, `source`, `type` (the event's key), `time`, the
extensions `vendor`, `mode`, `actorkind`, `actorid`, `requestid`, and the event's fields as `data`.
Fields a reader does not know are ignored; fields it knows must be there and of their type.
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from types import NoneType
from typing import Any, Final, Literal, cast, get_args, get_origin, get_type_hints

from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_structured, to_structured
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.events import BY_KEY, Actor, ActorKind, Envelope, Event, Mode

CONTENT_TYPE: Final = JSONFormat.CONTENT_TYPE
LARGEST: Final = 128_000  # bytes of a message
DEEPEST: Final = 16  # levels of lists and dicts in one field

_FORMAT: Final = JSONFormat()
_MODES: Final = get_args(Mode)
_ACTOR_KINDS: Final = get_args(ActorKind)
_Check = Callable[[object], bool]


class Undecodable(Exception):
    """Not an event we know, or not yet: a sibling may be newer. Its text says why and quotes nothing of the content."""


def encode(envelope: Envelope) -> bytes:
    """The wire bytes: ASCII JSON. Raises Undecodable when a reader would refuse them."""
    event = envelope.event
    fields = {field.name: getattr(event, field.name) for field in dataclasses.fields(event)}
    _check(type(event), fields)
    attributes = {
        "id": envelope.id,
        "source": envelope.source,
        "type": event.key(),
        "time": envelope.time.astimezone(UTC),
        "datacontenttype": "application/json",
        "vendor": envelope.vendor,
        "mode": envelope.mode,
        "actorkind": envelope.actor.kind,
        "actorid": envelope.actor.id,
        "requestid": envelope.request_id,
    }
    body = to_structured(CloudEvent(attributes, fields), _FORMAT).body
    if len(body) > LARGEST:
        raise Undecodable(f"{event.key()} takes {len(body)} bytes, {LARGEST} are allowed")
    return body


def decode(body: bytes) -> Envelope:
    """What `encode` wrote. Raises Undecodable."""
    if len(body) > LARGEST:
        raise Undecodable(f"{len(body)} bytes, {LARGEST} are allowed")
    message = RabbitMQMessage(headers={}, content_type=CONTENT_TYPE, body=body)
    try:
        cloud_event = from_structured(message, _FORMAT, CloudEvent)
    except RecursionError:
        raise Undecodable("nested too deeply") from None
    except (CloudEventValidationError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise Undecodable(f"not a CloudEvent: {type(error).__name__}") from None
    return _envelope(cloud_event.get_attributes(), cloud_event.get_data())


def _envelope(attributes: Mapping[str, Any], data: object) -> Envelope:
    kind = BY_KEY.get(attributes["type"])
    if kind is None:
        raise Undecodable("an event or version that is not in the catalog")
    if not isinstance(data, dict):
        raise Undecodable("the data is not an object")
    _check(kind, data)
    mode, actor_kind = attributes.get("mode"), attributes.get("actorkind")
    texts = [attributes.get(name) for name in ("vendor", "actorid", "requestid")]
    if mode not in _MODES or actor_kind not in _ACTOR_KINDS or not all(isinstance(text, str) for text in texts):
        raise Undecodable("vendor, mode, actor or request id is missing")
    vendor, actor_id, request_id = cast("list[str]", texts)
    known = {field.name: data[field.name] for field in dataclasses.fields(kind)}
    return Envelope(
        id=attributes["id"],
        source=attributes["source"],
        vendor=vendor,
        mode=cast("Mode", mode),
        actor=Actor(kind=cast("ActorKind", actor_kind), id=actor_id),
        request_id=request_id,
        time=cast("datetime", attributes["time"]).astimezone(UTC),
        event=kind(**known),
    )


def _check(kind: type[Event], fields: Mapping[str, object]) -> None:
    for name, fits in _checks(cast("Any", kind)).items():
        if name not in fields:
            raise Undecodable(f"{kind.key()}: {name} is missing")
        if not fits(fields[name]):
            raise Undecodable(f"{kind.key()}: {name} is not of its type")


@cache
def _checks(kind: Any) -> dict[str, _Check]:
    hints = get_type_hints(kind)
    return {field.name: _checker(hints[field.name]) for field in dataclasses.fields(kind)}


def _checker(hint: Any) -> _Check:
    """What a field's annotation admits. `bool` is not an `int` here, and nothing is a float."""
    origin = get_origin(hint)
    if origin is Literal:
        allowed = get_args(hint)
        return lambda value: value in allowed
    if origin is not None and NoneType in get_args(hint):
        others = [_checker(each) for each in get_args(hint) if each is not NoneType]
        return lambda value: value is None or any(fits(value) for fits in others)
    expected = origin or hint
    if origin is list:
        item: Any = get_origin(get_args(hint)[0]) or get_args(hint)[0]
        return lambda value: type(value) is list and all(type(each) is item for each in value) and _is_plain(value)
    return lambda value: type(value) is expected and _is_plain(value)


def _is_plain(value: object, depth: int = 0) -> bool:
    """Text that both databases can keep, whole numbers, booleans, null, and lists and dicts of those."""
    if isinstance(value, str):
        return "\x00" not in value and (value.isascii() or _is_unicode(value))
    if isinstance(value, dict):
        return depth < DEEPEST and all(
            isinstance(name, str) and _is_plain(each, depth + 1) for name, each in value.items()
        )
    if isinstance(value, list):
        return depth < DEEPEST and all(_is_plain(each, depth + 1) for each in value)
    return value is None or isinstance(value, int)


def _is_unicode(text: str) -> bool:
    """No half of a surrogate pair, which JSON can write and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

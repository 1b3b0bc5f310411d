"""One connection to RabbitMQ and the thread it belongs to, so that heartbeats go on while a handler works.

Another thread asks it to do things and waits for the answer, one at a time. A batch is published
with one wait for all its confirms. When the connection is lost, whoever waits is told `Unreachable`
and the link is of no more use: its owner makes another.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import pika
from pika.channel import Channel
from pika.exceptions import AMQPError
from pika.spec import Basic, BasicProperties

from shared.bus.codec import CONTENT_TYPE
from shared.bus.protocol import Published, Unreachable

T = TypeVar("T")

logging.getLogger("pika").setLevel(logging.CRITICAL)  # it tells a lost connection six times; our callers tell it once

PATIENCE: Final = 5.0  # seconds for the broker to answer anything, confirms included


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What goes to the broker: `properties.message_id` names it in the outcome."""

    exchange: str
    routing_key: str
    body: bytes
    properties: BasicProperties


def persistent(message_id: str, *, key: str, headers: dict[str, Any] | None = None) -> BasicProperties:
    """Properties of a CloudEvent that survives a restart of the broker."""
    return BasicProperties(  # type: ignore[no-untyped-call]  # pika declares no types here
        content_type=CONTENT_TYPE, delivery_mode=2, message_id=message_id, type=key, headers=headers or {}
    )


@dataclass(frozen=True)
class Delivery:
    """What came from it."""

    tag: int
    routing_key: str
    redelivered: bool
    properties: BasicProperties
    body: bytes


@dataclass
class _Batch:
    """Parcels on their way: delivery tag to id; those that came back; what is known so far."""

    outcome: "Future[Published]" = field(default_factory=Future)
    waiting: dict[int, str] = field(default_factory=dict)
    returned: set[str] = field(default_factory=set)
    routed: set[str] = field(default_factory=set)
    unrouted: set[str] = field(default_factory=set)

    def result(self) -> Published:
        return Published(routed=frozenset(self.routed), unrouted=frozenset(self.unrouted))


class Link:
    """An open connection with two channels: one publishes in confirm mode, one receives."""

    _publishing: Channel
    _receiving: Channel

    def __init__(self, parameters: pika.URLParameters) -> None:
        """Connect. Raises Unreachable."""
        self._lost = threading.Event()
        self._is_left = False
        self._asking = threading.Lock()  # nobody asks a thread that has just ended
        self._pending: Future[Any] | None = None
        self._why = "closed"
        self._arrived = threading.Condition()
        self._buffer: deque[Delivery] = deque()
        self._batch: _Batch | None = None
        self._next_tag = 1
        self._consumer = ""
        self._ready: Future[None] = Future()
        self._pending = self._ready
        self._connection = pika.SelectConnection(
            parameters,
            on_open_callback=self._on_open,
            on_open_error_callback=self._on_lost,
            on_close_callback=self._on_lost,
        )
        threading.Thread(target=self._run, name="bus-link", daemon=True).start()
        self._await(self._ready, patience=2 * PATIENCE)

    @property
    def is_open(self) -> bool:
        return not self._is_left and not self._lost.is_set()

    def publish(self, parcels: Sequence[Parcel]) -> Published:
        """Publish all, wait once. What was confirmed before the connection broke counts; raises if nothing was."""
        batch = _Batch()

        def send() -> None:
            self._batch = batch
            for parcel in parcels:
                batch.waiting[self._next_tag] = str(parcel.properties.message_id)
                self._next_tag += 1
                self._publishing.basic_publish(
                    parcel.exchange, parcel.routing_key, parcel.body, parcel.properties, mandatory=True
                )

        try:
            return self._ask(send, batch.outcome)
        except Unreachable:
            self.close()  # a confirm that comes now must not be taken for another batch's
            if batch.routed or batch.unrouted:
                return batch.result()
            raise

    def consume(self, queue: str, *, prefetch: int) -> None:
        """Let deliveries of `queue` arrive, at most `prefetch` of them unacknowledged."""
        done: Future[None] = Future()

        def limit() -> None:
            self._receiving.basic_qos(prefetch_count=prefetch, callback=start)

        def start(_ok: object) -> None:
            self._consumer = self._receiving.basic_consume(
                queue, self._on_delivery, callback=lambda _ok: _settle(done, None)
            )

        self._ask(limit, done)

    def stop(self) -> list[Delivery]:
        """Let no more arrive. Those that did and were not taken."""
        done: Future[None] = Future()
        self._ask(lambda: self._receiving.basic_cancel(self._consumer, callback=lambda _ok: _settle(done, None)), done)
        return self._empty()

    def take(self, *, wait: float) -> list[Delivery]:
        """What arrived, waiting at most `wait` seconds for the first."""
        with self._arrived:
            self._arrived.wait_for(lambda: self._buffer or self._lost.is_set(), timeout=wait)
        if self._lost.is_set():
            raise Unreachable(self._why)
        return self._empty()

    def put_back(self, deliveries: Sequence[Delivery]) -> None:
        """To be taken again, before what arrived since."""
        with self._arrived:
            self._buffer.extendleft(reversed(deliveries))

    def ack(self, tags: Sequence[int], *, multiple: bool) -> None:
        """Acknowledge. If that is lost with the connection the messages come again, and the inbox knows them."""

        def send() -> None:
            if self._receiving.is_open:
                for tag in tags:
                    self._receiving.basic_ack(tag, multiple=multiple)

        self._later(send)

    def close(self) -> None:
        """Close, and wait a moment for the thread to end."""
        self._is_left = True
        with suppress(Unreachable):
            self._later(self._disconnect)
            self._lost.wait(1.0)  # a broker that does not answer is left; the thread ends when the socket does

    def _ask(self, action: Callable[[], object], answer: "Future[T]") -> T:
        def guarded() -> None:
            try:
                action()
            except AMQPError as error:
                _fail(answer, Unreachable(repr(error)))

        self._pending = answer
        self._later(guarded)
        return self._await(answer, patience=PATIENCE)

    def _await(self, answer: "Future[T]", *, patience: float) -> T:
        try:
            return answer.result(timeout=patience)
        except TookTooLong:
            raise Unreachable(f"no answer within {patience} s") from None

    def _later(self, action: Callable[[], object]) -> None:
        with self._asking:
            if self._lost.is_set():
                raise Unreachable(self._why)
            self._connection.ioloop.add_callback_threadsafe(action)

    def _run(self) -> None:
        try:
            self._connection.ioloop.start()
        except Exception as error:  # noqa: BLE001 - told to whoever waits, in the lines below
            self._why = repr(error)
        with self._asking:
            self._lost.set()
            self._connection.ioloop.close()
        if self._pending is not None:
            _fail(self._pending, Unreachable(self._why))
        with self._arrived:
            self._arrived.notify_all()

    def _disconnect(self) -> None:
        if self._connection.is_open:
            self._connection.close()
        else:
            self._connection.ioloop.stop()

    def _on_open(self, connection: pika.SelectConnection) -> None:
        connection.channel(on_open_callback=self._on_publishing)

    def _on_publishing(self, channel: Channel) -> None:
        self._publishing = channel
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_return_callback(self._on_returned)
        channel.confirm_delivery(self._on_confirmed, callback=self._on_confirming)

    def _on_confirming(self, _ok: object) -> None:
        self._connection.channel(on_open_callback=self._on_receiving)

    def _on_receiving(self, channel: Channel) -> None:
        self._receiving = channel
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_cancel_callback(lambda _frame: self._on_channel_closed(channel, Unreachable("queue gone")))
        _settle(self._ready, None)

    def _on_delivery(self, _channel: Channel, method: Any, properties: BasicProperties, body: bytes) -> None:
        with self._arrived:
            self._buffer.append(Delivery(method.delivery_tag, method.routing_key, method.redelivered, properties, body))
            self._arrived.notify()

    def _on_returned(self, _channel: Channel, _method: Any, properties: BasicProperties, _body: bytes) -> None:
        if self._batch is not None:
            self._batch.returned.add(str(properties.message_id))

    def _on_confirmed(self, frame: Any) -> None:
        batch = self._batch
        if batch is None:
            return
        tag, multiple, good = frame.method.delivery_tag, frame.method.multiple, isinstance(frame.method, Basic.Ack)
        for each in [known for known in batch.waiting if known == tag or (multiple and known <= tag)]:
            name = batch.waiting.pop(each)
            if good:
                (batch.unrouted if name in batch.returned else batch.routed).add(name)
        if not batch.waiting:
            self._batch = None
            _settle(batch.outcome, batch.result())

    def _on_channel_closed(self, _channel: Channel, reason: Exception) -> None:
        self._why = str(reason)
        if self._connection.is_open:
            self._connection.close()

    def _on_lost(self, _connection: pika.SelectConnection, reason: BaseException) -> None:
        if self._why == "closed":
            self._why = str(reason) or type(reason).__name__
        self._connection.ioloop.stop()

    def _empty(self) -> list[Delivery]:
        with self._arrived:
            left = list(self._buffer)
            self._buffer.clear()
        return left


def _settle(future: "Future[T]", value: T) -> None:
    if not future.done():
        future.set_result(value)


def _fail(future: "Future[T]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)

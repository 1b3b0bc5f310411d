"""The bus on RabbitMQ: a durable topic exchange, quorum queues, retries in queues whose messages expire.

A service `portal` has the queues `portal`, `portal.dead` and, as they are needed, `portal.retry.<ms>`,
whose expired messages return to `portal`. All are quorum queues; those that pass messages on do so
at least once and refuse what they can't hold. The broker's delivery limit is a last wall behind our
own counting.

Attempts are counted in a header: a message that is tried again, or given back, is published anew,
because what `nack` counts differs between RabbitMQ 3.10, 3.13 and 4.x. What the broker counts (a
redelivery) tells of processes that ended holding the message; such a suspect is handed out alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, ChannelClosedByBroker

from shared import clock, ids
from shared.bus.amqp.letters import read_letters, settle_letters
from shared.bus.amqp.link import PATIENCE, Delivery, Link, Parcel, persistent
from shared.bus.protocol import DeadLetter, Depth, Incoming, Mismatch, Outgoing, Published, Unreachable
from shared.bus.topology import DIED_AT, EXCHANGE, REASON, TRIED, dead_queue, other_keys, retry_queue

_SUSPECT: Final = "bursar-suspect"  # an attempt ended together with its process
_PASSING_ON: Final[dict[str, Any]] = {
    "x-queue-type": "quorum",
    "x-overflow": "reject-publish",
    "x-dead-letter-exchange": "",
    "x-dead-letter-strategy": "at-least-once",
    "x-max-length": 2_000_000,
}
_DEAD: Final[dict[str, Any]] = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}  # a look counts as one
_LAST_WALL: Final = 20  # deliveries
_DIFFERS: Final = (404, 406)  # not there; there with other properties. The broker's text names it and them


class AmqpBus:
    """See `protocol.Bus`. Connects on first use, and again on the use after a loss."""

    def __init__(self, url: str) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.socket_timeout = PATIENCE
        self._parameters.blocked_connection_timeout = PATIENCE
        if self._parameters.heartbeat is None:
            self._parameters.heartbeat = 15  # a half-open connection is found within two
        self._link: Link | None = None
        self._unacked: set[int] = set()
        self._consuming = ""
        self._is_careful = True  # one message at a time: until the first is fresh, and while there are suspects
        self._suspects_wait = False
        self._declared: set[str] = set()

    def declare(self, queue: str, keys: Sequence[str]) -> None:
        with self._admin() as channel:
            _make(channel, queue)
            for key in keys:
                channel.queue_bind(queue, EXCHANGE, key)
            for key in other_keys(keys):
                channel.queue_unbind(queue, EXCHANGE, key)

    def check(self, queue: str) -> None:
        with self._admin() as channel:
            for name in _arguments(queue):
                channel.queue_declare(name, passive=True)
            channel.exchange_declare(EXCHANGE, passive=True)
            _make(channel, queue)  # all are there, so this only compares

    def publish(self, messages: Sequence[Outgoing]) -> Published:
        if EXCHANGE not in self._declared:
            with self._admin() as channel:
                channel.exchange_declare(EXCHANGE, "topic", durable=True)
            self._declared.add(EXCHANGE)
        parcels = [
            Parcel(
                exchange=EXCHANGE,
                routing_key=each.key,
                body=each.body,
                properties=persistent(each.id, key=each.key),
            )
            for each in messages
        ]
        return self._open().publish(parcels)

    def receive(self, queue: str, *, limit: int, wait: float) -> Sequence[Incoming]:
        link = self._open()
        if not self._consuming:
            link.consume(queue, prefetch=1 if self._is_careful else 2 * limit)
            self._consuming = queue
        arrived = link.take(wait=wait)
        self._unacked.update(each.tag for each in arrived)
        fresh = [each for each in arrived if not _is_suspect(each)]
        suspects = [each for each in arrived if _is_suspect(each)]
        if suspects and (self._suspects_wait or not fresh):
            return self._alone(link, suspects[0], others=[*suspects[1:], *fresh])
        if arrived and self._is_careful:
            self._is_careful = False
            self._stop(link)  # the next call starts again, with all the prefetch
        self._suspects_wait = bool(suspects)
        link.put_back([*fresh[limit:], *suspects])
        return [_incoming(link, queue, each) for each in fresh[:limit]]

    def ack(self, messages: Sequence[Incoming]) -> None:
        if self._link is not None and self._link.is_open:
            self._ack(self._link, {each.receipt[1].tag for each in messages if each.receipt[0] is self._link})

    def retry(self, message: Incoming, *, delay: float) -> None:
        name, milliseconds = retry_queue(message.receipt[2], delay)
        if name not in self._declared:
            with self._admin() as channel:
                back = {"x-message-ttl": milliseconds, "x-dead-letter-routing-key": message.receipt[2]}
                channel.queue_declare(name, durable=True, arguments={**_PASSING_ON, **back})
            self._declared.add(name)
        self._move([message], to=name, headers={TRIED: message.attempts})

    def give_back(self, messages: Sequence[Incoming]) -> None:
        link = self._link
        if link is None or not link.is_open:
            return  # the broker gave them back when the connection ended
        queue = messages[0].receipt[2] if messages else self._consuming
        own = [each.receipt[1] for each in messages if each.receipt[0] is link]
        self._return(link, queue, [*own, *(self._stop(link) if self._consuming else ())])

    def bury(self, message: Incoming, *, reason: str) -> None:
        headers = {TRIED: message.attempts, REASON: reason, DIED_AT: clock.now().isoformat()}
        self._move([message], to=dead_queue(message.receipt[2]), headers=headers)

    def dead(self, queue: str, *, limit: int = 10_000) -> Sequence[DeadLetter]:
        with self._admin() as channel:
            try:
                return read_letters(channel, queue, limit=limit)
            except ChannelClosedByBroker as error:
                if error.reply_code == 404:
                    return ()  # its worker has never run here
                raise

    def replay(self, letters: Sequence[DeadLetter]) -> int:
        with self._admin() as channel:
            channel.confirm_delivery()
            return settle_letters(channel, letters, publish=True)

    def discard(self, letters: Sequence[DeadLetter]) -> int:
        with self._admin() as channel:
            return settle_letters(channel, letters, publish=False)

    def depth(self, queue: str) -> Depth:
        with self._admin() as channel:
            waiting, dead = (
                channel.queue_declare(name, passive=True).method.message_count for name in (queue, dead_queue(queue))
            )
        return Depth(waiting=waiting, dead=dead)

    def ping(self) -> None:
        with self._admin() as channel:
            channel.confirm_delivery()
            channel.basic_publish("", dead_queue(EXCHANGE), b"")  # no such queue: it is confirmed and gone

    def close(self) -> None:
        if self._link is not None:
            with suppress(Unreachable):  # then the broker gives back, and counts it as an attempt
                self.give_back(())
            self._link.close()
            self._link = None

    def _open(self) -> Link:
        if self._link is None or not self._link.is_open:
            self._link = Link(self._parameters)
            self._consuming, self._unacked, self._is_careful = "", set(), True
        return self._link

    def _alone(self, link: Link, suspect: Delivery, *, others: Sequence[Delivery]) -> list[Incoming]:
        queue = self._consuming
        if not self._is_careful:
            self._return(link, queue, [*others, *self._stop(link)])
        self._is_careful, self._suspects_wait = True, False
        return [_incoming(link, queue, suspect)]

    def _stop(self, link: Link) -> list[Delivery]:
        left = link.stop()
        self._consuming = ""
        self._unacked.update(each.tag for each in left)
        return left

    def _return(self, link: Link, queue: str, deliveries: Sequence[Delivery]) -> None:
        """To the queue's end, as they were: what had been counted stays counted."""
        messages = [_incoming(link, queue, each) for each in deliveries]
        for is_suspect in (False, True):
            group = [each for each in messages if _is_suspect(each.receipt[1]) is is_suspect]
            for attempts in sorted({each.attempts for each in group}):
                same = [each for each in group if each.attempts == attempts]
                headers = {TRIED: attempts - 1, **({_SUSPECT: 1} if is_suspect else {})}
                self._move(same, to=queue, headers=headers)

    def _move(self, messages: Sequence[Incoming], *, to: str, headers: dict[str, Any]) -> None:
        """Publish anew and, when that is confirmed, acknowledge; a crash in between leaves two, as the inbox knows."""
        link = self._open()
        by_id: dict[str, Incoming] = {}
        for message in messages:
            by_id[message.receipt[1].properties.message_id or ids.new("evt")] = message
        parcels = [_parcel(message, name, to=to, headers=headers) for name, message in by_id.items()]
        published = link.publish(parcels)
        same = [each for each in messages if each.receipt[1].properties.message_id in published.routed]
        self.ack([*same, *(by_id[name] for name in published.routed)])
        if len(published.routed) < len(by_id):
            self._declared.discard(to)
            link.close()  # what the broker did not take, it still has
            raise Unreachable(f"{to} took {len(published.routed)} of {len(by_id)}")

    def _ack(self, link: Link, tags: set[int]) -> None:
        self._unacked -= tags
        if tags and not any(tag < max(tags) for tag in self._unacked):
            link.ack([max(tags)], multiple=True)
        else:
            link.ack(sorted(tags), multiple=False)

    @contextmanager
    def _admin(self) -> Iterator[BlockingChannel]:
        """A connection of its own for what is rare: a refusal closes the channel, and nobody else's with it."""
        try:
            connection = pika.BlockingConnection(self._parameters)
        except (AMQPError, OSError) as error:
            raise Unreachable(repr(error)) from error
        try:
            yield connection.channel()
        except ChannelClosedByBroker as error:
            if error.reply_code in _DIFFERS:
                raise Mismatch(error.reply_text) from error
            raise Unreachable(error.reply_text) from error
        except (AMQPError, OSError) as error:
            raise Unreachable(repr(error)) from error
        finally:
            if connection.is_open:
                with suppress(AMQPError, OSError):  # one that the broker blocked is not closed either
                    connection.close()


def _arguments(queue: str) -> dict[str, dict[str, Any]]:
    """A service's queues, each with its properties; the one that others rely on first."""
    dead = dead_queue(queue)
    own = {**_PASSING_ON, "x-dead-letter-routing-key": dead, "x-delivery-limit": _LAST_WALL}
    return {dead: _DEAD, queue: own}


def _make(channel: BlockingChannel, queue: str) -> None:
    channel.exchange_declare(EXCHANGE, "topic", durable=True)
    for name, arguments in _arguments(queue).items():
        channel.queue_declare(name, durable=True, arguments=arguments)


def _incoming(link: Link, queue: str, delivery: Delivery) -> Incoming:
    attempts = _header(delivery, TRIED) + _crashes(delivery) + 1
    key = delivery.properties.type or delivery.routing_key
    return Incoming(key=key, body=delivery.body, attempts=attempts, receipt=(link, delivery, queue))


def _parcel(message: Incoming, name: str, *, to: str, headers: dict[str, Any]) -> Parcel:
    properties = persistent(name, key=message.key, headers=headers)
    return Parcel(exchange="", routing_key=to, body=message.body, properties=properties)


def _is_suspect(delivery: Delivery) -> bool:
    return bool(_header(delivery, _SUSPECT)) or delivery.redelivered


def _crashes(delivery: Delivery) -> int:
    """How often the broker handed it out before, without an answer. Its header for that has two names."""
    counted = max(_header(delivery, "x-delivery-count"), _header(delivery, "x-acquired-count"))
    return max(counted, 1) if delivery.redelivered else 0


def _header(delivery: Delivery, name: str) -> int:
    value = (delivery.properties.headers or {}).get(name, 0)
    return value if isinstance(value, int) else 0

"""Dead letters on RabbitMQ: looked at without taking them, then replayed or discarded one by one."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import BasicProperties

from shared.bus.amqp.link import persistent
from shared.bus.protocol import DeadLetter
from shared.bus.topology import DIED_AT, REASON, TRIED, dead_queue


def read_letters(channel: BlockingChannel, queue: str, *, limit: int) -> list[DeadLetter]:
    """The letters of `queue`, oldest first. They return to it when the channel closes."""
    letters = []
    for _tag, properties, body in _got(channel, queue):
        letters.append(_letter(queue, properties, body))
        if len(letters) == limit:
            break
    return sorted(letters, key=lambda letter: letter.died_at)


def settle_letters(channel: BlockingChannel, letters: Sequence[DeadLetter], *, publish: bool) -> int:
    """Take these out, after they were put into their own queue again if `publish`. How many were there.

    To publish, the channel confirms: what the queue does not take raises, and stays a dead letter.
    """
    done = 0
    for queue in sorted({letter.queue for letter in letters}):
        wanted = {letter.id for letter in letters if letter.queue == queue}
        for tag, properties, body in _got(channel, queue):
            letter = _letter(queue, properties, body)
            if letter.id not in wanted:
                continue
            if publish:
                channel.basic_publish("", queue, body, persistent(letter.id, key=letter.key), mandatory=True)
            channel.basic_ack(tag)
            done += 1
    return done


def _got(channel: BlockingChannel, queue: str) -> Iterator[tuple[int, BasicProperties, bytes]]:
    while True:
        method, properties, body = channel.basic_get(dead_queue(queue))
        if method is None or properties is None or body is None:
            return
        yield method.delivery_tag, properties, body


def _letter(queue: str, properties: BasicProperties, body: bytes) -> DeadLetter:
    """What we wrote when we buried it, or what the broker did at its delivery limit."""
    headers: dict[str, Any] = properties.headers or {}
    deaths: list[dict[str, Any]] = headers.get("x-death") or [{}]
    broker_time = deaths[0].get("time")
    died_at = broker_time.replace(tzinfo=UTC) if isinstance(broker_time, datetime) else datetime.fromtimestamp(0, UTC)
    if DIED_AT in headers:
        died_at = datetime.fromisoformat(headers[DIED_AT])
    return DeadLetter(
        id=properties.message_id or sha256(body).hexdigest()[:32],
        queue=queue,
        key=properties.type or str((deaths[0].get("routing-keys") or [""])[0]),
        body=body,
        attempts=int(headers.get(TRIED, 0)),
        reason=str(headers.get(REASON) or deaths[0].get("reason") or "unknown"),
        died_at=died_at,
    )

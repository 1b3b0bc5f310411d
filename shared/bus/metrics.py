"""What an operator watches of the events: counters a worker serves under `WORKER_METRICS_PORT`."""

from typing import Final

from prometheus_client import Counter, Gauge

PUBLISHED: Final = Counter("bursar_events_published_total", "Events the bus confirmed", ["service"])
HANDLED: Final = Counter("bursar_events_handled_total", "Messages whose effects are stored", ["service", "key"])
FAILED: Final = Counter("bursar_events_failed_total", "Attempts to handle a message that failed", ["service", "key"])
BURIED: Final = Counter("bursar_events_buried_total", "Messages given up: dead letters", ["service", "key"])
PENDING: Final = Gauge("bursar_outbox_pending", "Events recorded and not yet published", ["service"])
PARKED: Final = Gauge("bursar_outbox_parked", "Events to whose key no queue is bound", ["service"])
OLDEST: Final = Gauge("bursar_outbox_oldest_seconds", "Age of the oldest event not yet published", ["service"])
WAITING: Final = Gauge("bursar_queue_waiting", "Messages that wait in a service's queue", ["service"])
DEAD: Final = Gauge("bursar_queue_dead", "Dead letters of a service", ["service"])

"""JOBS: what the invoices service does by the clock."""

from datetime import datetime, timedelta
from typing import Final

from services.invoices.actions import archives, documents, logos
from services.invoices.adapters import Adapters
from services.invoices.queries import documents as queries
from services.invoices.queries import logos as known_logos
from shared.database import Begin, scope
from shared.jobs import Job

BATCH: Final = 20


def render_documents(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Make the documents of fresh invoices, so that the first download need not wait."""
    with begin() as session, scope.platform():
        due = queries.due(session, now=now, limit=BATCH)
    return sum(documents.make_due(begin, due=each, typesetter=adapters.typesetter, now=now) for each in due)


def fetch_logos(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Fetch what vendors uploaded as their logo, so that it is here when a document is made."""
    with begin() as session, scope.platform():
        wanted = known_logos.wanted(session, now=now, limit=BATCH)
    return sum(logos.fetch(begin, each, logos=adapters.logos, now=now) for each in wanted)


def make_archives(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Go on with what customers asked for by period, in turns."""
    return archives.go_on(begin, adapters=adapters, now=now)


def expire_archives(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Drop what was kept for a day."""
    return archives.expire(begin, now=now)


JOBS: Final[tuple[Job, ...]] = (
    Job(name="render_documents", every=timedelta(seconds=1), run=render_documents),
    Job(name="fetch_logos", every=timedelta(seconds=1), run=fetch_logos),
    Job(name=archives.JOB, every=timedelta(seconds=1), run=make_archives),
    Job(name="expire_archives", every=timedelta(minutes=1), run=expire_archives),
)

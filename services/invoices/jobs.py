"""JOBS: what the invoices service does by the clock."""

from datetime import datetime, timedelta
from typing import Final

from services.invoices.actions import documents
from services.invoices.adapters import Adapters
from services.invoices.queries import documents as queries
from shared.database import Begin, scope
from shared.jobs import Job

BATCH: Final = 20


def render_documents(begin: Begin, *, now: datetime, adapters: Adapters) -> int:
    """Make the documents of fresh invoices, so that the first download need not wait."""
    with begin() as session, scope.platform():
        due = queries.due(session, now=now, limit=BATCH)
    return sum(documents.make_due(begin, due=each, typesetter=adapters.typesetter, now=now) for each in due)


JOBS: Final[tuple[Job, ...]] = (Job(name="render_documents", every=timedelta(seconds=1), run=render_documents),)

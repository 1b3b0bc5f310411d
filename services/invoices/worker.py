"""The invoices service's worker: `python -m services.invoices.worker`."""

from services.invoices import adapters
from services.invoices.handlers import HANDLERS
from services.invoices.jobs import JOBS
from services.invoices.settings import Settings
from shared import worker
from shared.settings import load


def main() -> None:
    """Hear payments, issue invoices, make documents."""
    settings = load(Settings, service="invoices")
    worker.main(
        service="invoices", settings=settings, handlers=HANDLERS, jobs=JOBS, adapters=adapters.connect(settings)
    )


if __name__ == "__main__":
    main()

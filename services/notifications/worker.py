"""Notifications' worker process."""

from services.notifications.adapters.mailing import mailing
from services.notifications.handlers import HANDLERS
from services.notifications.jobs import JOBS
from services.notifications.settings import Settings
from shared import settings, worker


def main() -> None:
    """Work until told to stop."""
    given = settings.load(Settings, service="notifications")
    worker.main(service="notifications", settings=given, handlers=HANDLERS, jobs=JOBS, adapters=mailing(given))


if __name__ == "__main__":
    main()

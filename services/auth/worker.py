"""Auth's worker process."""

from services.auth import adapters
from services.auth.handlers import HANDLERS
from services.auth.jobs import JOBS
from services.auth.settings import Settings
from shared import settings, worker


def main() -> None:
    """Work until told to stop."""
    given = settings.load(Settings, service="auth")
    worker.main(service="auth", settings=given, handlers=HANDLERS, jobs=JOBS, adapters=adapters.connect(given))


if __name__ == "__main__":
    main()

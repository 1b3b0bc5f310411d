"""Portal's worker."""

from services.portal.adapters import connect
from services.portal.handlers import HANDLERS
from services.portal.jobs import JOBS
from services.portal.settings import PortalSettings
from shared.settings import load
from shared.worker import main

if __name__ == "__main__":
    settings = load(PortalSettings, service="portal")
    main(service="portal", settings=settings, handlers=HANDLERS, jobs=JOBS, adapters=connect(settings))

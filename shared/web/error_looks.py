"""In whose looks an error is shown: a page that failed before its portal was opened is dressed here, from its address.

It is the same for everybody, signed in or not, and takes a transaction of its own, since the request's is over.
"""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from flask import request
from sqlalchemy.exc import SQLAlchemyError

from shared.database import Session
from shared.errors import Refusal
from shared.logs import log
from shared.places import PLACES
from shared.ui import NEUTRAL
from shared.web import places
from shared.web.context import this, wiring

Looks: TypeAlias = Callable[[Session, str], None]
"""Dresses the present request as the portal of this slug, language and all. Raises NotFound where there is none."""

_PORTAL: Final = re.compile(r"/p/([a-z0-9-]+)(?=/|$)")


def wear() -> None:
    """As the portal of the address, unless the page was dressed already; neutral where that can't be known."""
    found, looks = _PORTAL.match(request.path), wiring().error_looks
    if found is None or looks is None or this().brand is not NEUTRAL:
        return
    try:
        with wiring().database.begin(read_only=True) as reading:
            looks(reading, found[1])
    except (Refusal, SQLAlchemyError) as nothing:
        log.info("error.without_looks", reason=type(nothing).__name__)


def way_back() -> str:
    """Where a page that failed leads: to the first page of the portal, or of the place, whose page it was."""
    found = _PORTAL.match(request.path)
    if found is not None:
        return places.outside(found[0])
    path = f"{request.path}/"
    return next((each for each in PLACES.values() if path.startswith(f"{each}/")), "/")

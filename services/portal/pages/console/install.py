"""How a portal gets onto a vendor's page: the snippet, what signs who is there, what a strict policy must allow.

The code in `code/` is that of `examples/`, whose tests run it; a test holds the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from services.portal.queries import sightings
from services.portal.queries.configurations import ConfigurationView
from services.portal.queries.sightings import Sighting
from services.portal.settings import PortalSettings
from shared.database import scope
from shared.portal_address import portal_address
from shared.web import session, settings

LANGUAGES: Final = {"node": "Node", "python": "Python", "php": "PHP", "ruby": "Ruby", "go": "Go"}
_FIELDS: Final = {"email": "email", "customer_id": "id"}
_UNITS: Final = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))
MOST_SEEN: Final = 10
_CODE: Final = Path(__file__).with_name("code")


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Everything to be copied. `code` is by the name of the language, `policy` what a page's own policy must allow."""

    address: str
    snippet: str
    without_code: str
    code: dict[str, str]
    policy: str


def our_host() -> str | None:
    """The host that everybody's portals are at."""
    return urlsplit(settings(PortalSettings).public_url).hostname


def ways(portal: ConfigurationView) -> Ways:
    """For this portal, in its mode, by what its vendor names customers."""
    public_url = settings(PortalSettings).public_url
    at = portal.domain if portal.domain["verified"] else {}
    return Ways(
        address=portal_address(public_url, slug=portal.slug, host=at.get("host"), path=at.get("path")),
        snippet=_SNIPPET.format(widget=portal.id, url=public_url),
        without_code=_WITHOUT_CODE.format(widget=portal.id, url=public_url),
        code={name: _filled(key, portal) for key, name in LANGUAGES.items()},
        policy=f"script-src {public_url}; frame-src {public_url}",
    )


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Where the portal was seen last: `count` of `unit` ago."""

    origin: str
    unit: str
    count: int


def seen(portal: ConfigurationView, *, now: datetime) -> list[Seen]:
    """Of the pages that showed it, the latest first."""
    return ago(sightings.of_portal(session(), configuration_id=portal.id), now=now)


def ago(seen: Sequence[Sighting], *, now: datetime) -> list[Seen]:
    """The first of them, as time that has passed since."""
    return [_ago(each, now) for each in seen[:MOST_SEEN]]


def _ago(sighting: Sighting, now: datetime) -> Seen:
    seconds = max(0, int((now - sighting.seen_at).total_seconds()))
    unit, length = next((unit, length) for unit, length in _UNITS if seconds >= length or length == 1)
    return Seen(origin=sighting.origin, unit=unit, count=seconds // length)


def _filled(language: str, portal: ConfigurationView) -> str:
    here, by = scope.current(), portal.sign_in["identify_by"]
    filled = _source(language)
    for place, value in (("vendor", here.vendor), ("mode", here.mode), ("id_type", by), ("field", _FIELDS[by])):
        filled = filled.replace(f"«{place}»", value)
    return filled


@lru_cache
def _source(language: str) -> str:
    return (_CODE / f"{language}.txt").read_text()


_SNIPPET: Final = """<div id="billing"></div>
<script>
  window.Bursar = window.Bursar || function () {{ (Bursar.q = Bursar.q || []).push(arguments) }};
  Bursar("init", {{ widget: "{widget}", container: "#billing", hash: "…" }});
</script>
<script async src="{url}/embed/v1.js"></script>"""
_WITHOUT_CODE: Final = """<div data-bursar="{widget}" data-hash="…"></div>
<script async src="{url}/embed/v1.js"></script>"""

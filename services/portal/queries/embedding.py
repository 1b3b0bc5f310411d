"""What stands between a page and a portal that it should show, and where the portal was seen."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from services.portal.queries import configurations, portal_versions, sightings
from services.portal.queries.sightings import Sighting
from services.portal.rules.portals import embed_check
from services.portal.rules.portals.embed_check import Report, Widget
from shared.database import scope


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found, and when the portal was seen on pages of that origin."""

    report: Report
    seen: tuple[Sighting, ...]


def check(session: Session, *, configuration_id: str, page: str, policy: str, ours: str) -> Checked:
    """What is published decides; the draft only explains why something is not there yet. Raises NotFound."""
    published = configurations.record(session, configuration_id=configuration_id)
    draft = portal_versions.draft(session, configuration_id=configuration_id)
    widget = Widget(
        is_open=published.active,
        is_live=scope.current().mode == "live",
        allowed=published.embed["allowed_origins"],
        drafted=(draft.wanted if draft else {}).get("embed", {}).get("allowed_origins", ()),
        methods=published.sign_in["methods"],
        requires_hash=published.sign_in["require_hash"],
    )
    report = embed_check.calculate(page, widget=widget, ours=ours, policy=policy)
    seen = sightings.of_portal(session, configuration_id=configuration_id)
    return Checked(report=report, seen=tuple(each for each in seen if each.origin == report.origin))

"""Letting weak ways in act in a portal: what a person of the vendor's accepts, told what it risks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from services.portal.actions import changes, portal_publishing, portal_versions, portals
from services.portal.actions.operations import action_log
from services.portal.queries import configurations as queries
from services.portal.queries.configurations import ConfigurationView
from services.portal.rules.portals import getting_in


def accept(
    session: Session,
    *,
    configuration_id: str,
    direct_actions: Sequence[str],
    proven_at: datetime | None,
    now: datetime,
) -> ConfigurationView:
    """These ways in may act from now on, and no others; the scope's actor says so, who signed in at `proven_at`.

    Raises NotFound, Invalid, StepUpRequired.
    """
    getting_in.decide_acceptance(wanted=direct_actions, proven_at=proven_at, now=now)
    row = portals.locked(session, configuration_id)
    stored = getting_in.complete(row.sign_in)
    portal_versions.keep_first(session, row)
    changed = changes.apply(row, {"sign_in": {**stored, "direct_actions": list(direct_actions)}})
    if changed:
        action_log.write(
            session,
            action="portal_configuration.direct_actions_accepted",
            of=row.id,
            before={"direct_actions": stored["direct_actions"]},
            after={"direct_actions": list(direct_actions)},
            now=now,
        )
        portal_publishing.publish(session, row)
        session.flush()
        portal_versions.keep(session, row, now=now)
    return queries.view(row)

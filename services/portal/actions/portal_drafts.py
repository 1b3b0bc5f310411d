"""A portal's draft: saved without anybody's seeing it, published, thrown away; and going back to an older version.

A draft is a change that waits. It is checked each time it is saved, as if it were published, and published as any other
change is, on top of what is published by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from services.portal.actions import changes, portal_styles, portal_texts, portal_values, portal_versions, portals
from services.portal.models import PortalConfiguration, PortalDraft
from services.portal.queries import configurations
from services.portal.queries import portal_versions as stored
from services.portal.queries.configurations import ConfigurationView
from services.portal.rules.portals import difference
from services.portal.rules.portals.difference import Difference
from services.portal.rules.portals.features import merged
from shared.database import scope
from shared.errors import Conflict


class NothingToPublish(Conflict):
    """There is no draft."""

    code = "nothing_to_publish"


@dataclass(frozen=True, kw_only=True)
class DraftView:
    """A portal as its draft has it. `changed_at` is None where nothing waits to be published.

    `row` is the same as a row of no session, for whoever shows the portal itself.
    """

    configuration: ConfigurationView
    row: PortalConfiguration
    differences: tuple[Difference, ...]
    changed_at: datetime | None
    changed_by: str | None


def look(session: Session, *, configuration_id: str) -> DraftView:
    """The portal as its draft has it; as it is published, where there is none. Raises NotFound."""
    row = configurations.row(session, configuration_id=configuration_id)
    draft = stored.draft(session, configuration_id=configuration_id)
    return _seen(session, row, {} if draft is None else draft.wanted, draft)


def would_be(
    session: Session, *, configuration_id: str, values: Mapping[str, Any], installation: str | None = None
) -> DraftView:
    """The portal as `save` would leave its draft; nothing is kept. Raises what `save` does."""
    row = configurations.row(session, configuration_id=configuration_id)
    before = stored.draft(session, configuration_id=configuration_id)
    wanted = merged({} if before is None else before.wanted, values)
    return _seen(session, row, wanted, before, installation=installation, is_checked=True)


def save(
    session: Session,
    *,
    configuration_id: str,
    values: Mapping[str, Any],
    installation: str | None = None,
    now: datetime,
) -> DraftView:
    """Change the draft by `values`, and make one where there is none. One that changes nothing any more is gone.

    Raises NotFound, Invalid, AcceptanceRequired, NotEntitled.
    """
    row = portals.locked(session, configuration_id)
    before = stored.draft(session, configuration_id=configuration_id)
    wanted = merged({} if before is None else before.wanted, values)
    seen = _seen(session, row, wanted, before, installation=installation, is_checked=True)
    session.execute(delete(PortalDraft).where(PortalDraft.configuration == row.id))
    if not seen.differences:
        return replace(seen, changed_at=None, changed_by=None)
    by = scope.current().actor.id
    session.add(PortalDraft(configuration=row.id, wanted=wanted, changed_at=now, changed_by=by))
    session.flush()
    return replace(seen, changed_at=now, changed_by=by)


def discard(session: Session, *, configuration_id: str) -> None:
    """Throw the draft away, if there is one. Raises NotFound for no portal."""
    row = portals.locked(session, configuration_id)
    session.execute(delete(PortalDraft).where(PortalDraft.configuration == row.id))


def publish(
    session: Session,
    *,
    configuration_id: str,
    check: changes.Check = changes.anything,
    installation: str | None = None,
    now: datetime,
) -> ConfigurationView:
    """What the draft says counts from the next request on.

    Raises NotFound, NothingToPublish, and what `portals.update` does.
    """
    portals.locked(session, configuration_id)
    draft = stored.draft(session, configuration_id=configuration_id)
    if draft is None:
        raise NothingToPublish
    published = portals.update(
        session,
        configuration_id=configuration_id,
        values=draft.wanted,
        check=check,
        installation=installation,
        now=now,
    )
    session.execute(delete(PortalDraft).where(PortalDraft.configuration == configuration_id))
    return published


def roll_back(
    session: Session,
    *,
    configuration_id: str,
    version_id: str,
    check: changes.Check = changes.anything,
    now: datetime,
) -> ConfigurationView:
    """Publish an older version anew. Its own host stays what it is by now; a draft stays as well.

    Raises NotFound, Invalid where what it named is there no more, AcceptanceRequired.
    """
    row = portals.locked(session, configuration_id)
    version = stored.version(session, configuration_id=configuration_id, version_id=version_id)
    values = _back_to(version.document, now_is=portal_versions.document(row))
    return portals.update(session, configuration_id=configuration_id, values=values, check=check, now=now)


def _back_to(then: Mapping[str, Any], *, now_is: Mapping[str, Any]) -> dict[str, Any]:
    """The change that leads there. What was written since in further languages is taken away by name."""
    heading = {**dict.fromkeys(now_is["appearance"]["translations"]), **then["appearance"]["translations"]}
    texts = {
        language: {**dict.fromkeys(said), **then["texts"].get(language, {})}
        for language, said in now_is["texts"].items()
    }
    others = {name: value for name, value in then.items() if name != "domain"}
    return {
        **others,
        "appearance": {**then["appearance"], "translations": heading},
        "texts": {**then["texts"], **texts},
    }


def _seen(
    session: Session,
    row: PortalConfiguration,
    wanted: Mapping[str, Any],
    draft: stored.StoredDraft | None,
    *,
    installation: str | None = None,
    is_checked: bool = False,
) -> DraftView:
    values, style = portal_styles.parted(wanted)
    values, ignored = portal_texts.parted(values, before=row.languages)
    given = portal_values.changed(row, values)
    if is_checked:
        given = portal_values.decided(session, row, given, installation=installation, style=style)
    drafted = portal_values.as_row(row, given, style)
    shown = configurations.view(drafted)
    return DraftView(
        configuration=replace(shown, css_report=style.report if style else None, ignored_texts=ignored),
        row=drafted,
        differences=difference.calculate(portal_versions.document(row), portal_versions.document(drafted)),
        changed_at=None if draft is None else draft.changed_at,
        changed_by=None if draft is None else draft.changed_by,
    )

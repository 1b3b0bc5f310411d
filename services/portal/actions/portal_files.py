"""A portal as a file, and a file as a portal's draft: all of it or nothing, after a look at what would differ."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

import marshmallow as ma
from sqlalchemy.orm import Session

from services.portal.actions import portal_drafts, portal_texts, portal_versions
from services.portal.actions.portal_drafts import DraftView
from services.portal.queries import configurations, portal_names
from services.portal.rules.portals import portal_file
from services.portal.rules.portals.portal_file import Named
from services.portal.schemas.portal_files import PortalInFile
from shared import plain_yaml
from shared.errors import FieldError, Invalid
from shared.web.fields import field_errors

LookUp: TypeAlias = Callable[[Session, str, frozenset[str]], dict[str, str]]
_NOTHING: Final = "unknown"  # stands for a name that means nothing while the rest is looked at


def export(session: Session, *, configuration_id: str) -> str:
    """The portal as it is published, as a file without ids, customers or secrets. Raises NotFound."""
    row = configurations.row(session, configuration_id=configuration_id)
    document = portal_versions.document(row)
    words = _by_kind(session, portal_file.names(document), portal_names.called)
    named = portal_file.renamed(document, lambda each: words[each.kind][each.value])
    return plain_yaml.write(portal_file.wrap(named))


def bring(
    session: Session,
    *,
    configuration_id: str,
    file: str,
    is_kept: bool,
    installation: str | None = None,
    now: datetime,
) -> DraftView:
    """The portal as the file has it: kept as its draft, or only shown. Raises NotFound, and what `portal_drafts.save`
    does; Invalid for each field of the file that is wrong.
    """
    seen = portal_drafts.look(session, configuration_id=configuration_id)
    now_is = portal_versions.document(seen.row)
    given = _checked(session, portal_file.unwrap(plain_yaml.read(file).value))
    values = portal_file.completed(given, now_is=now_is)
    portal_texts.check(values.get("texts", {}), before=now_is["texts"])
    if is_kept:
        return portal_drafts.save(
            session, configuration_id=configuration_id, values=values, installation=installation, now=now
        )
    return portal_drafts.would_be(session, configuration_id=configuration_id, values=values, installation=installation)


def _checked(session: Session, document: Mapping[str, Any]) -> dict[str, Any]:
    """With ids for names, and in the shape of a change. Raises Invalid."""
    named = portal_file.names(document)
    ids = _by_kind(session, named, portal_names.meant)
    problems = [
        FieldError.of(each.field, "unknown_name", name=each.value[:80])
        for each in named
        if each.value not in ids[each.kind]
    ]
    whole = portal_file.renamed(document, lambda each: ids[each.kind].get(each.value, _NOTHING))
    try:
        found: dict[str, Any] = PortalInFile().load(whole)
    except ma.ValidationError as error:
        problems += field_errors(error.messages)
    if problems:
        raise Invalid(*problems)
    return found


def _by_kind(session: Session, named: tuple[Named, ...], look_up: LookUp) -> dict[str, dict[str, str]]:
    """By kind, what `look_up` says of its names; a statement or two for each kind that is there."""
    values: dict[str, set[str]] = {}
    for each in named:
        values.setdefault(each.kind, set()).add(each.value)
    return {kind: look_up(session, kind, frozenset(those)) for kind, those in values.items()}

"""Tells a vendor's owners that weak ways in may act in a portal from now on, and who has accepted that.

It is noted with the news of the portal; the mails are written by a job, since only a job has the key to seal them.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from services.auth.actions import mails
from services.auth.actions.invitations import NOTED
from services.auth.actions.mails import Letter
from services.auth.actions.staff import in_the_name_of
from services.auth.adapters.secrets import Secrets
from services.auth.models import Mail, Portal
from services.auth.queries import keys, staff, vendors
from shared import ids
from shared.database import scope
from shared.database.session import Session
from shared.errors import NotFound
from shared.events import Actor

MAIL: Final = "direct_actions_on"
BATCH: Final = 20
_LIVES: Final = timedelta(days=3)


def note(
    session: Session,
    *,
    configuration: str,
    slug: str,
    direct_actions: Collection[str],
    revision: int,
    actor: Actor,
    now: datetime,
) -> int:
    """One mail an owner for what is on now and was not before; how many. To be asked before the news are kept."""
    row = session.scalars(select(Portal).where(Portal.id == configuration)).one_or_none()
    if row is not None and row.revision >= revision:
        return 0
    before = set((row.sign_in if row is not None else {}).get("direct_actions") or ())
    more = sorted(set(direct_actions) - before)
    if not more:
        return 0
    here = scope.current()
    facts = {"portal": slug, "ways": ",".join(more), "by": _name(session, actor, vendor=here.vendor)}
    owners = staff.owners(session, vendor=here.vendor)
    for owner in owners:
        session.add(
            Mail(
                id=ids.new("mail"),
                kind=MAIL,
                about=owner.id,
                facts=facts,
                state=NOTED,
                due_at=now,
                attempts=0,
                created_at=now,
                expires_at=now + _LIVES,
            )
        )
    session.flush()
    return len(owners)


def write(session: Session, *, secrets: Secrets, public_url: str, now: datetime) -> int:
    """Write the mails that are noted; how many."""
    with scope.platform():
        due = session.scalars(
            select(Mail)
            .where(Mail.state == NOTED, Mail.kind == MAIL, Mail.expires_at > now)
            .order_by(Mail.created_at)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for row in due:
            _write(session, row, secrets=secrets, public_url=public_url, now=now)
        session.flush()
    return len(due)


def _write(session: Session, row: Mail, *, secrets: Secrets, public_url: str, now: datetime) -> None:
    row.state = "none"
    try:
        owner = staff.one(session, row.about, vendor=row.vendor)
    except NotFound:  # removed meanwhile
        return
    of = vendors.one(session, row.vendor)
    console = in_the_name_of(of, mode="live" if row.mode == "live" else "test")
    letter = Letter(
        kind=MAIL,
        about=owner.id,
        to=owner.email,
        name=owner.name,
        locale=of.default_locale,
        link=f"{console.address(public_url)}/access/ways",
        facts=row.facts,
        lives=_LIVES,
    )
    mails.fill(row, letter, portal=console, secrets=secrets, now=now)


def _name(session: Session, actor: Actor, *, vendor: str) -> str:
    """Who has done it, as an owner knows them."""
    if actor.kind == "staff":
        return staff.names(session, vendor=vendor).get(actor.id, actor.id)
    if actor.kind == "key":
        try:
            return keys.one(session, actor.id).name
        except NotFound:
            return actor.id
    return actor.id

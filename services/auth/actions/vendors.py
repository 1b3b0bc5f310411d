"""Vendors: registered with a first user and two keys, changed later."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select

from services.auth.actions import keys
from services.auth.actions.keys import NewKey
from services.auth.adapters import images
from services.auth.models import Logo, Portal, Vendor, VendorUser
from services.auth.queries.vendors import VendorView, view
from services.auth.rules import vendor as rule
from services.auth.rules.api_key import KeyKind
from services.auth.rules.roles import Role
from shared import addresses, ids
from shared.bus import outbox
from shared.database import scope
from shared.database.session import Session
from shared.errors import FieldError, Invalid, NotFound
from shared.events import Actor, Mode, VendorRegistered, VendorUpdated
from shared.i18n import LANGUAGES

_MODES: Final[tuple[Mode, ...]] = ("test", "live")
FIRST_KEY_NAME: Final = "default"


@dataclass(frozen=True)
class Registered:
    """A new vendor with the keys that are shown this once, by mode."""

    vendor: VendorView
    user: str
    keys: dict[Mode, NewKey]


def register(
    session: Session,
    *,
    display_name: str,
    email: str,
    slug: str | None,
    default_locale: str,
    profile: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Registered:
    """A vendor, its owner `email`, a test and a live key. Without `slug`, one is made of the name."""
    try:
        owner = addresses.parse(email)
    except addresses.BadAddress:
        raise Invalid(FieldError.of("email", "bad_address")) from None
    row = Vendor(
        id=ids.new("ven"),
        slug=_free_slug(session, display_name) if slug is None else slug,
        display_name=display_name,
        default_locale=default_locale,
        revision=1,
        created_at=now,
    )
    row.profile = rule.decide(
        slug=row.slug,
        display_name=display_name,
        profile={"email": owner.written, **profile},
        default_locale=default_locale,
        offered=LANGUAGES,
    )
    if _is_taken(session, row.slug):
        raise rule.SlugTaken(slug=row.slug)
    user = VendorUser(
        id=ids.new("usr"),
        vendor=row.id,
        email=owner.written,
        email_key=owner.key,
        role=Role.OWNER,
        created_at=now,
    )
    session.add(row)
    session.flush()
    session.add(user)
    session.flush()
    made = {mode: _first_key(session, row.id, mode, actor=actor, now=now) for mode in _MODES}
    outbox.record(session, VendorRegistered(**_facts(row)), vendor=row.id, mode="live", actor=actor)
    return Registered(vendor=view(row), user=user.id, keys=made)


def locked(session: Session, vendor_id: str) -> VendorView:
    """The vendor as it is, and will be until this transaction ends. Raises NotFound."""
    return view(_locked(session, vendor_id))


def update(
    session: Session,
    *,
    vendor_id: str,
    display_name: str | None,
    default_locale: str | None,
    profile: Mapping[str, Any],
    actor: Actor,
) -> VendorView:
    """What is given changes; fields of the profile that are not named stay."""
    row = _locked(session, vendor_id)
    before = _facts(row)
    row.display_name = row.display_name if display_name is None else display_name
    row.default_locale = row.default_locale if default_locale is None else default_locale
    decided = rule.decide(
        slug=row.slug,
        display_name=row.display_name,
        profile={**row.profile, **dict.fromkeys(rule.LOGOS), **profile},  # a logo is drawn, not given
        default_locale=row.default_locale,
        offered=LANGUAGES,
    )
    row.profile = {**decided, **{name: row.profile.get(name) for name in rule.LOGOS}}
    if _facts(row) != before:
        _tell(session, row, actor=actor)
    return view(row)


def set_logo(
    session: Session, *, vendor_id: str, image: bytes, actor: Actor, now: datetime, for_dark: bool = False
) -> VendorView:
    """The vendor shows this picture from now on, or does so on dark ground. Raises NotFound, Invalid.

    The one it had before is kept too: pages show it until the portal service has heard of the new one.
    """
    row = _locked(session, vendor_id)
    drawn, name = images.draw_anew(image), _logo_name(for_dark=for_dark)
    before = row.profile.get(name)
    if drawn.sha256 == before:
        return view(row)
    _forget_logos(session, row, but=drawn.sha256)
    if session.get(Logo, (row.id, drawn.sha256)) is None:
        session.add(Logo(vendor=row.id, created_at=now, **vars(drawn)))
    row.profile = {**row.profile, name: drawn.sha256}
    _tell(session, row, actor=actor)
    return view(row)


def remove_dark_logo(session: Session, *, vendor_id: str, actor: Actor) -> VendorView:
    """The vendor shows its one logo on dark ground too, on a plate. Raises NotFound."""
    row = _locked(session, vendor_id)
    name = _logo_name(for_dark=True)
    if row.profile.get(name) is not None:
        row.profile = {**row.profile, name: None}
        _tell(session, row, actor=actor)
    return view(row)


def _logo_name(*, for_dark: bool) -> str:
    return rule.LOGOS[for_dark]


def _forget_logos(session: Session, row: Vendor, *, but: str) -> None:
    """All but this one and those that are shown until now."""
    shown = [sha256 for sha256 in (but, *(row.profile.get(name) for name in rule.LOGOS)) if sha256 is not None]
    session.execute(delete(Logo).where(Logo.vendor == row.id, Logo.sha256.not_in(shown)))


def _first_key(session: Session, vendor_id: str, mode: Mode, *, actor: Actor, now: datetime) -> NewKey:
    with scope.system(vendor=vendor_id, mode=mode, job="register_vendor"):
        return keys.create(
            session,
            vendor_id=vendor_id,
            mode=mode,
            name=FIRST_KEY_NAME,
            kind=KeyKind.SECRET,
            scopes=(),
            own=None,
            created_by=actor.id,
            now=now,
        )


def _tell(session: Session, row: Vendor, *, actor: Actor) -> None:
    """A revision more, and everybody hears of it."""
    row.revision += 1
    session.flush()
    outbox.record(session, VendorUpdated(**_facts(row)), vendor=row.id, mode="live", actor=actor)


def _facts(row: Vendor) -> dict[str, Any]:
    return {
        "vendor": row.id,
        "slug": row.slug,
        "display_name": row.display_name,
        "profile": dict(row.profile),
        "default_locale": row.default_locale,
        "revision": row.revision,
    }


def _locked(session: Session, vendor_id: str) -> Vendor:
    row = session.scalars(select(Vendor).where(Vendor.id == vendor_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound
    return row


def _free_slug(session: Session, display_name: str) -> str:
    slug, count = rule.slug_from(display_name), 1
    candidate = slug
    while _is_taken(session, candidate):
        count += 1
        candidate = f"{slug}-{count}"
    return candidate


def _is_taken(session: Session, slug: str) -> bool:
    with scope.platform():
        return (
            session.scalar(select(Vendor.id).where(Vendor.slug == slug)) is not None
            or session.scalar(select(Portal.id).where(Portal.slug == slug)) is not None
        )

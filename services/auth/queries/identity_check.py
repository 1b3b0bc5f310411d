"""What is wrong with a hash or token, and whether the portal would let its customer in. Changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from services.auth.adapters.secrets import Secrets
from services.auth.models import UsedNonce
from services.auth.queries import identity_secrets, subjects
from services.auth.queries.identity_secrets import OpenSecret
from services.auth.queries.portals import PortalView
from services.auth.queries.subjects import Named
from services.auth.rules import hmac_v1, hmac_v1_mistakes, hmac_v2, hmac_v2_mistakes
from services.auth.rules.identity_mistakes import Finding, Held, Mistake
from services.auth.rules.signed_identity import Cause, Subject
from services.auth.rules.ways_in import WayIn, is_open
from shared.database import scope
from shared.database.session import Session
from shared.i18n import text


@dataclass(frozen=True, kw_only=True)
class Checked:
    """`mistakes` are in the signature, `obstacles` keep a well-signed one out. `expected` is v1's, in test mode."""

    version: str
    secret: str | None
    mistakes: tuple[Mistake, ...]
    obstacles: tuple[Cause, ...]
    customer: str | None
    expected: str | None

    @property
    def match(self) -> bool:
        """Whether it is signed as it must be."""
        return not self.mistakes


def sentences(checked: Checked, language: str) -> list[str]:
    """What was found, for a person."""
    said = [text(f"identity.mistake.{each}", language) for each in checked.mistakes]
    if checked.match:
        said.append(text("identity.match", language))
    return said + [text(f"identity.cause.{each}", language) for each in checked.obstacles]


def check(
    session: Session, *, portal: PortalView, whom: Subject | None, given: str, secrets: Secrets, now: datetime
) -> Checked:
    """`whom` is who was sent beside the hash; a v2 token names its own."""
    opened = identity_secrets.every(session, secrets=secrets, now=now)
    held = _held(session, opened, portal=portal, secrets=secrets, now=now)
    found = [] if whom is None else subjects.customers(session, whom)
    if hmac_v2.is_meant(given.strip()):
        return _check_v2(session, portal=portal, whom=whom, given=given, held=held, now=now)
    if whom is None:
        return _checked(Finding(mistakes=(Mistake.HASH_MALFORMED,)), WayIn.HMAC_V1, portal, None, [])
    finding = hmac_v1_mistakes.calculate(given, whom=whom, also=_also_known_as(found, whom), held=held)
    expected = _expected(opened, whom) if portal.mode == "test" else None
    return _checked(finding, WayIn.HMAC_V1, portal, whom, found, expected=expected)


def _check_v2(
    session: Session, *, portal: PortalView, whom: Subject | None, given: str, held: Held, now: datetime
) -> Checked:
    finding = hmac_v2_mistakes.calculate(given, whom=whom, vendor=portal.vendor, mode=portal.mode, held=held, now=now)
    if not finding.is_match:
        return _checked(finding, WayIn.HMAC_V2, portal, whom, [])
    signed = hmac_v2.decide(given, vendor=portal.vendor, mode=portal.mode, secrets=held.good, now=now)
    if session.scalar(select(UsedNonce.id).where(UsedNonce.jti == signed.jti)) is not None:
        finding = Finding(mistakes=(Mistake.USED_BEFORE,), secret=finding.secret)
    found = subjects.customers(session, signed.subject)
    return _checked(finding, WayIn.HMAC_V2, portal, signed.subject, found)


def _held(session: Session, opened: list[OpenSecret], *, portal: PortalView, secrets: Secrets, now: datetime) -> Held:
    with scope.system(vendor=portal.vendor, mode="live" if portal.mode == "test" else "test", job="identity_check"):
        others = identity_secrets.every(session, secrets=secrets, now=now)
    return Held(
        good={each.id: each.secret for each in opened if each.is_good},
        ended={each.id: each.secret for each in opened if not each.is_good},
        other_mode={each.id: each.secret for each in others},
        refuse_v1=frozenset(each.id for each in opened if not each.takes_v1),
    )


def _checked(
    finding: Finding,
    way_in: WayIn,
    portal: PortalView,
    whom: Subject | None,
    found: list[Named],
    *,
    expected: str | None = None,
) -> Checked:
    return Checked(
        version=way_in.removeprefix("hmac_"),
        secret=finding.secret,
        mistakes=finding.mistakes,
        obstacles=_obstacles(way_in, portal, whom, found) if finding.is_match else (),
        customer=found[0].customer if len(found) == 1 else None,
        expected=expected,
    )


def _obstacles(way_in: WayIn, portal: PortalView, whom: Subject | None, found: list[Named]) -> tuple[Cause, ...]:
    is_v1 = way_in is WayIn.HMAC_V1
    there = {
        Cause.METHOD_OFF: not is_open(way_in, portal.sign_in_methods),
        Cause.ID_TYPE_OFF: whom is not None and whom.id_type != portal.sign_in.identify_by,
        Cause.CUSTOMER_UNKNOWN: not found,
        Cause.CUSTOMER_AMBIGUOUS: len(found) > 1,
        Cause.V1_OFF: is_v1 and len(found) == 1 and not found[0].takes_v1,
    }
    return tuple(cause for cause, is_there in there.items() if is_there)


def _also_known_as(found: list[Named], whom: Subject) -> list[str]:
    """The other names of the one customer who was named: ids for an address, the address for an id."""
    if len(found) != 1:
        return []
    who = found[0]
    names = (who.email, who.customer, who.reference)
    return [name for name in names if name and name != whom.id and name.strip()]


def _expected(opened: list[OpenSecret], whom: Subject) -> str | None:
    signing = next((each for each in opened if each.is_good and each.takes_v1), None)
    return None if signing is None else hmac_v1.calculate(secret=signing.secret, subject=whom.id)

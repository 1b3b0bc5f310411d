"""A secret that is revoked while somebody comes in with it: whoever is first, nobody stays in (HI-08)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from services.auth.actions import identity, identity_secrets
from services.auth.actions.arrival import Admitted, Arrival
from services.auth.models import PortalSession
from services.auth.queries import portals
from services.auth.rules.device import Device
from shared import clock
from shared.database import scope
from tests.integration.auth.house import NOON, House
from tests.integration.auth.signing import Signer, arrive

MAIL = "Mira@Tessaly.example"


def test_a_session_that_is_being_made_ends_with_its_secret(house: House, signer: Signer) -> None:
    asked, secrets = Event(), house.adapters.secrets

    def revoke() -> None:
        with scope.system(vendor=signer.vendor, mode="live", job="test"):
            asked.set()
            with house.database.begin() as session:
                identity_secrets.revoke(session, secret_id=signer.secret_id, now=NOON)

    with ThreadPoolExecutor(max_workers=1) as pool:
        with scope.system(vendor=signer.vendor, mode="live", job="test"), house.database.begin() as session:
            portal = portals.by_slug(session, "acme")
            assert portal is not None
            arrival = Arrival(
                portal=portal,
                given={"email": MAIL, "hash": signer.v1(MAIL)},
                details={},
                client="203.0.113.7",
                device=Device(None, None),
            )
            entered = identity.enter(session, arrival, secrets=secrets, now=NOON)
            assert isinstance(entered, Admitted)
            revoking = pool.submit(revoke)
            asked.wait(5)
        revoking.result(30)

    assert [row.revoked_at for row in house.rows(PortalSession)] == [NOON]


def test_four_come_in_at_once_with_one_secret(house: House, signer: Signer) -> None:
    """Those who sign in wait for no lock that another of them holds to its end, and none is lost."""

    def come(number: int) -> int:
        with clock.fixed(NOON):
            return arrive(house, address=f"198.51.100.{number}", email=MAIL, hash=signer.v1(MAIL)).status_code

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(come, range(16))) == [200] * 16

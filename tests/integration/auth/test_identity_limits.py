"""How often a client may be wrong, and one token at many doors (HI-03, HI-09, GW-14)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from services.auth.jobs import prune_sign_ins
from services.auth.models import Attempt, PortalSession, Refusal, UsedNonce
from shared import clock
from tests.integration.auth.house import NOON, House
from tests.integration.auth.signing import Signer, arrive

MAIL = "Mira@Tessaly.example"


def test_ten_wrong_hashes_a_minute_and_no_more(house: House, signer: Signer) -> None:
    """HI-09: from one address, or one /64, at one vendor."""
    for _ in range(10):
        assert arrive(house, email=MAIL, hash="0" * 64).status_code == 401

    eleventh = arrive(house, email=MAIL, hash=signer.v1(MAIL))
    assert (eleventh.status_code, eleventh.json["code"]) == (429, "too_many_proofs")
    assert eleventh.headers["Retry-After"] == "60"
    assert arrive(house, address="203.0.113.8", email=MAIL, hash=signer.v1(MAIL)).status_code == 200
    with clock.fixed(NOON + timedelta(seconds=60)):
        assert arrive(house, email=MAIL, hash=signer.v1(MAIL)).status_code == 200


def test_an_ipv6_network_is_one_client(house: House, signer: Signer) -> None:
    for number in range(10):
        arrive(house, address=f"2001:db8:1:2::{number:x}", email=MAIL, hash="0" * 64)

    assert arrive(house, address="2001:db8:1:2:ffff::1", email=MAIL, hash=signer.v1(MAIL)).status_code == 429
    assert arrive(house, address="2001:db8:1:3::1", email=MAIL, hash=signer.v1(MAIL)).status_code == 200


def test_right_hashes_of_nobody_count_for_nothing(house: House, signer: Signer) -> None:
    for number in range(12):
        name = f"visitor{number}@x.example"
        assert arrive(house, email=name, hash=signer.v1(name)).status_code == 401

    assert arrive(house, email=MAIL, hash=signer.v1(MAIL)).status_code == 200


def test_fifty_at_once_are_ten_wrong_ones(house: House, signer: Signer) -> None:
    """GW-14: counted in the database, whoever answers."""

    def try_one(_number: int) -> int:
        with clock.fixed(NOON):
            return arrive(house, email=MAIL, hash="0" * 64).status_code

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(try_one, range(50)))

    assert sorted(answers) == [401] * 10 + [429] * 40
    assert len([row for row in house.rows(Attempt) if row.kind == "wrong proof"]) == 10


def test_one_token_at_many_doors_lets_in_once(house: House, signer: Signer) -> None:
    """HI-03: one nonce, used by one of many."""
    token = signer.v2(MAIL)

    def try_one(number: int) -> int:
        with clock.fixed(NOON):
            return arrive(house, address=f"198.51.100.{number}", hash=token).status_code

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(try_one, range(24)))

    assert sorted(answers) == [200] + [401] * 23
    assert len(house.rows(PortalSession)) == 1


def test_old_nonces_and_refusals_are_forgotten(house: House, signer: Signer) -> None:
    arrive(house, hash=signer.v2(MAIL))
    arrive(house, email=MAIL, hash="0" * 64)

    def prune(days: float) -> tuple[int, int]:
        prune_sign_ins(house.database.begin, now=NOON + timedelta(days=days), adapters=house.adapters)
        return len(house.rows(UsedNonce)), len(house.rows(Refusal))

    assert prune(0.01) == (1, 1)
    assert prune(1) == (0, 1)
    assert prune(8) == (0, 0)

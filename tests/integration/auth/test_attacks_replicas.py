"""Limits and endings hold for all replicas together: what security rests on is in auth's database (ML-17, GW-14).

Two applications on one database answer in turn, as behind a gateway. What one of them counts, the other knows.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.auth.actions import vendors
from services.auth.models import PortalSession, Refusal, UsedNonce
from tests.integration.auth.house import (
    House,
    a_portal_v3,
    environment,
    house_of,
    shipped_app,
    token_of,
)
from tests.integration.auth.opening import made
from tests.integration.auth.signing import METHODS, Signer, a_signer, arrive, is_in

CLIENT = "198.51.100.77"
NUMBER = "7K3M9QXT2D"
EVERY_WAY = (*METHODS, "portal_session", "order_number", "permanent_link")


@pytest.fixture
def replicas(house: House, database_url: str) -> Iterator[tuple[House, House]]:
    """The house and its twin: another application, other connections, the same database and stand-ins."""
    app = shipped_app(environment(database_url))
    twin = house_of(app)
    twin.orders.customers = house.orders.customers
    yield house, twin
    app.extensions["bursar"].database.close()


@pytest.fixture
def signs(house: House, vendor: vendors.Registered, mira: str) -> Signer:
    """Acme's live portal takes every way in."""
    house.hear(a_portal_v3(methods=EVERY_WAY), vendor=vendor.vendor.id)
    house.orders.customers[NUMBER] = "cus_1"
    return a_signer(house, vendor)


Try = Callable[[House, int], TestResponse]


def a_wrong_order(house: House, number: int) -> TestResponse:
    return house.browser(address=CLIENT).post(
        "/p/acme/sign-in/order", order_number=f"{number:010d}", email=f"x{number}@tessaly.example"
    )


def a_wrong_permanent_link(house: House, number: int) -> TestResponse:
    return house.browser(address=CLIENT).post("/p/acme/sign-in/permanent", token=f"{number:043d}")


def a_wrong_portal_session(house: House, number: int) -> TestResponse:
    return house.browser(address=CLIENT).post("/p/acme/sign-in/entry", token=f"{number:043d}")


def a_wrong_client_secret(house: House, number: int) -> TestResponse:
    return arrive(house, address=CLIENT, token=f"{number:043d}")


def a_wrong_handle(house: House, number: int) -> TestResponse:
    return arrive(house, address=CLIENT, handle=f"{number:043d}")


def a_wrong_hash(house: House, number: int) -> TestResponse:
    return arrive(house, address=CLIENT, email="mira@tessaly.example", hash=f"{number:064x}")


def a_wrong_code_in_a_frame(house: House, number: int) -> TestResponse:
    return arrive(house, address=CLIENT, window=f"{number:043d}", code="000000")


def a_wrong_mailed_link(house: House, number: int) -> TestResponse:
    return house.browser(address=CLIENT).click(f"#t={number:043d}")


def a_question_for_a_link(house: House, number: int) -> TestResponse:
    return house.browser(address=CLIENT).ask(f"x{number}@tessaly.example")


def a_question_for_a_code(house: House, number: int) -> TestResponse:
    return house.app.test_client(use_cookies=False).post(
        "/embed/acme/code", json={"email": f"x{number}@tessaly.example"}, headers={"X-Real-IP": CLIENT}
    )


def a_question_at_the_global_portal(house: House, number: int) -> TestResponse:
    return house.browser(address=CLIENT).post("/billing/sign-in", email=f"x{number}@tessaly.example")


def a_question_at_the_console(house: House, number: int) -> TestResponse:
    return house.browser(address=CLIENT).post("/console/sign-in", email=f"x{number}@tessaly.example")


LIMITS: dict[str, tuple[Try, int]] = {
    "order number": (a_wrong_order, 20),
    "permanent link": (a_wrong_permanent_link, 20),
    "portal session": (a_wrong_portal_session, 20),
    "client secret": (a_wrong_client_secret, 20),
    "handle": (a_wrong_handle, 20),
    "hash": (a_wrong_hash, 10),
    "frame code": (a_wrong_code_in_a_frame, 10),
    "mailed link": (a_wrong_mailed_link, 10),
    "asking for a link": (a_question_for_a_link, 20),
    "asking for a frame's code": (a_question_for_a_code, 20),
    "asking at the global portal": (a_question_at_the_global_portal, 20),
    "asking at the console": (a_question_at_the_console, 20),
}


@pytest.mark.parametrize(("attempt", "most"), LIMITS.values(), ids=LIMITS.keys())
def test_two_replicas_do_not_double_a_limit(
    replicas: tuple[House, House], signs: Signer, attempt: Try, most: int
) -> None:
    answers = [attempt(replicas[number % 2], number) for number in range(most)]
    past = [attempt(replica, most + number) for number, replica in enumerate(replicas)]

    assert 429 not in {answer.status_code for answer in answers}
    assert [answer.status_code for answer in past] == [429, 429]
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in past)


def test_asking_here_and_there_is_asking_once(replicas: tuple[House, House], signs: Signer) -> None:
    """ML-17: ways to ask are one limit, not one each."""
    ways = (a_question_for_a_link, a_question_for_a_code, a_question_at_the_global_portal, a_question_at_the_console)

    statuses = [ways[number % 4](replicas[number % 2], number).status_code for number in range(20)]

    assert 429 not in statuses
    assert [way(replicas[0], 99).status_code for way in ways] == [429] * 4


@pytest.mark.feature("A24")
def test_a_nonce_is_used_once_on_all_replicas(replicas: tuple[House, House], signs: Signer) -> None:
    """HI-03, GW-14."""
    token = signs.v2("mira@tessaly.example")

    statuses = [
        arrive(replica, hash=token, address=f"198.51.100.{at}").status_code for at, replica in enumerate(replicas)
    ]

    assert statuses == [200, 401]
    assert len(replicas[0].rows(UsedNonce)) == len(replicas[0].rows(Refusal)) == 1


@pytest.mark.feature("A09")
def test_a_one_time_way_in_is_used_once_on_all_replicas(replicas: tuple[House, House], signs: Signer) -> None:
    """SE-03."""
    url = made(replicas[0], signs.key, customer="cus_1")["url"]

    answers = [replica.browser().post("/p/acme/sign-in/entry", token=token_of(url)) for replica in reversed(replicas)]

    assert [answer.status_code for answer in answers] == [303, 410]


@pytest.mark.feature("A17")
def test_what_one_replica_ends_the_other_refuses(replicas: tuple[House, House], signs: Signer) -> None:
    """SE-04: nothing about a session is remembered outside of the database."""
    here, there = replicas
    bearer = arrive(here, email="mira@tessaly.example", hash=signs.v1("mira@tessaly.example")).json["session"]
    assert is_in(there, bearer)

    signs.call("POST", f"/v1/identity_secrets/{signs.secret_id}/revoke")

    assert not is_in(there, bearer)
    assert not is_in(here, bearer)
    (row,) = here.rows(PortalSession)
    assert row.revoked_at is not None


def test_a_key_that_one_replica_revoked_is_unknown_to_the_other(
    replicas: tuple[House, House], vendor: vendors.Registered
) -> None:
    """AK-04."""
    here, there = replicas
    key = vendor.keys["live"]
    signer: Any = Signer(here, vendor.vendor.id, "live", key.secret, "", "")
    assert there.identity(Authorization=f"Bearer {key.secret}").status_code == 200

    revoked = signer.call("POST", f"/v1/api_keys/{key.view.id}/revoke")

    assert revoked.status_code == 200, revoked.text
    assert there.identity(Authorization=f"Bearer {key.secret}").status_code == 401

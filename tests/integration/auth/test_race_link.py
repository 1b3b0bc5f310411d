"""Many use one request at once, in several processes: one of them wins, on both databases (ML-04)."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import timedelta

from services.auth.actions import entries, sign_in
from services.auth.adapters.secrets import Secrets
from services.auth.models import PortalSession, SignInRequest
from services.auth.queries import portals
from services.auth.rules.device import Device
from services.auth.rules.link import OPEN_AT_ONCE
from services.auth.rules.ways_in import WayIn
from shared import clock
from shared.database import Database, scope
from tests.integration.auth.house import NOON, SEALING_KEY, House, token_of

PROCESSES = 3
POSTS = 50


def use_all(url: str, ways: list[tuple[str, str, str]]) -> list[str]:
    """In a process of its own: each way is (link or code, its value, client); the names of the outcomes."""
    database = Database(url)
    secrets = Secrets(secret_key="s" * 40, sealing_key=SEALING_KEY, admin_token="a" * 40)

    def use(way: tuple[str, str, str]) -> str:
        kind, value, client = way
        with database.begin() as session:
            portal = portals.by_slug(session, "acme")
            assert portal is not None
            with scope.system(vendor=portal.vendor, mode=portal.mode, job="test"):
                if kind == "link":
                    outcome = sign_in.use_link(
                        session, portal=portal, token=value, window=None, current=None, client=client, now=NOON
                    )
                elif kind == "entry":
                    nowhere = Device(browser=None, system=None)
                    outcome = entries.use(
                        session, portal=portal, token=value, current=None, client=client, device=nowhere, now=NOON
                    )
                else:
                    window, code = value.split()
                    outcome = sign_in.use_code(
                        session,
                        portal=portal,
                        code=code,
                        window=window,
                        current=None,
                        client=client,
                        secrets=secrets,
                        now=NOON,
                    )
        return type(outcome).__name__

    with ThreadPoolExecutor(max_workers=8) as pool:
        outcomes = list(pool.map(use, ways))
    database.close()
    return outcomes


def race(house: House, ways: list[tuple[str, str, str]]) -> list[str]:
    url = house.database.url.render_as_string(hide_password=False)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        runs = pool.map(use_all, [url] * PROCESSES, [ways[number::PROCESSES] for number in range(PROCESSES)])
        return [outcome for outcomes in runs for outcome in outcomes]


def test_one_of_fifty_clicks_on_a_link_signs_in(house: House, mira: str) -> None:
    """ML-04."""
    house.browser().ask(mira)
    house.post_mails(now=NOON)
    token = token_of(house.mailroom.mails[0]["link"])

    outcomes = race(house, [("link", token, f"198.51.100.{number}") for number in range(POSTS)])

    assert sorted(outcomes) == ["SignedIn"] + ["Unusable"] * (POSTS - 1)
    assert len(house.rows(PortalSession)) == 1


def test_one_of_fifty_clicks_on_a_portal_session_gets_in(house: House, mira: str) -> None:
    """SE-03."""
    with house.database.begin() as session:
        portal = portals.by_slug(session, "acme")
        assert portal is not None
        with scope.system(vendor=portal.vendor, mode=portal.mode, job="test"):
            made = entries.make(
                session,
                kind=entries.PORTAL_SESSION,
                portal=portal,
                customers=["cus_1"],
                way_in=WayIn.PORTAL_SESSION,
                created_by="key_1",
                now=NOON,
            )

    outcomes = race(house, [("entry", made.token, f"198.51.100.{number}") for number in range(POSTS)])

    assert sorted(outcomes) == ["SignedIn"] + ["Unusable"] * (POSTS - 1)
    assert len(house.rows(PortalSession)) == 1


def test_link_and_code_of_one_request_raced_sign_in_once(house: House, mira: str) -> None:
    """ML-04."""
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    mail = house.mailroom.mails[0]
    cookie = browser.client.get_cookie("bursar_8080_acme_pre", domain="localhost")
    assert cookie is not None
    ways = [
        ("link", token_of(mail["link"]), f"198.51.100.{number}")
        if number % 2
        else ("code", f"{cookie.value} {mail['code']}", f"198.51.100.{number}")
        for number in range(8)
    ]

    outcomes = race(house, ways)

    assert outcomes.count("SignedIn") == 1
    assert outcomes.count("Unusable") == 7


def test_no_more_than_five_guesses_at_once_are_compared(house: House, mira: str) -> None:
    """ML-21: a try is counted before it is compared, so tries at the same moment gain nothing."""
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    right = int(house.mailroom.mails[0]["code"])
    cookie = browser.client.get_cookie("bursar_8080_acme_pre", domain="localhost")
    assert cookie is not None
    guesses = [f"{(right + number) % 1_000_000:06}" for number in range(1, 25)]

    outcomes = race(
        house, [("code", f"{cookie.value} {guess}", f"198.51.100.{at}") for at, guess in enumerate(guesses)]
    )

    assert outcomes.count("WrongCode") == 5
    assert outcomes.count("Unusable") == 19


def test_an_address_gets_one_mail_however_many_ask_at_once(house: House, mira: str) -> None:
    """ML-17: replicas do not multiply a limit."""
    browsers = [house.browser(address=f"198.51.100.{number}") for number in range(8)]
    tokens = [browser.csrf("/p/acme/sign-in") for browser in browsers]
    assert all(tokens)

    with ThreadPoolExecutor(max_workers=8) as pool:
        answers = list(pool.map(lambda browser: browser.ask(mira).status_code, browsers))

    assert answers == [303] * 8
    assert [row.mail for row in house.rows(SignInRequest)].count("wanted") == 1


def test_two_workers_hand_over_each_mail_once(house: House, mira: str) -> None:
    """Each claims its own rows."""
    for number in range(OPEN_AT_ONCE):
        with clock.fixed(NOON + timedelta(minutes=2 * number)):
            house.browser(address=f"198.51.100.{number}").ask(mira)
    later = NOON + timedelta(minutes=7)

    with ThreadPoolExecutor(max_workers=4) as pool:
        done = list(pool.map(lambda _: house.post_mails(now=later), range(4)))

    assert sum(done) == OPEN_AT_ONCE
    assert len({mail["id"] for mail in house.mailroom.mails}) == len(house.mailroom.mails) == OPEN_AT_ONCE

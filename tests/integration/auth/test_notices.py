"""Sign-ins that may not be the owner's are told to the mailbox, by a job, once."""

from datetime import timedelta
from typing import Any

from services.auth import jobs
from services.auth.models import Mail
from shared import clock
from tests.integration.auth.house import NOON, Browser, House

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/605.1"


def noticed(house: House) -> list[dict[str, Any]]:
    """What the worker's job has written by now."""
    while jobs.notice_sign_ins(house.database.begin, now=clock.now(), adapters=house.adapters):
        pass
    house.post_mails(now=clock.now())
    return [mail for mail in house.mailroom.mails if mail["kind"] == "sign_in_notice"]


def enter(house: House, email: str, *, browser: Browser | None = None, agent: str | None = None) -> Browser:
    browser = browser or house.browser()
    if agent:
        browser.headers["User-Agent"] = agent
    browser.ask(email)
    house.post_mails(now=clock.now())
    browser.click(next(mail["link"] for mail in reversed(house.mailroom.mails) if mail["kind"] == "sign_in"))
    return browser


def test_a_new_device_is_told_once_and_the_first_one_never(house: House, mira: str) -> None:
    """ML-23."""
    enter(house, mira)
    assert noticed(house) == []
    for minutes, count in ((2, 0), (4, 1), (6, 1)):  # the same, another, that one again
        with clock.fixed(NOON + timedelta(minutes=minutes)):
            enter(house, mira, agent=IPHONE if minutes > 2 else None)
            assert len(noticed(house)) == count

    (told,) = noticed(house)
    assert (told["to"], told["facts"], told["device"]) == (mira, {"reason": "new_device"}, "Safari on iPhone")
    assert told["link"].endswith("/p/acme/sessions")
    assert len(house.rows(Mail)) == 1


def test_a_sign_in_after_three_failures_is_told(house: House, mira: str) -> None:
    """ML-23."""
    browser = house.browser()
    browser.ask(mira)
    house.post_mails(now=NOON)
    code = house.mailroom.mails[0]["code"]
    for _ in range(3):
        browser.type_code(f"{(int(code) + 1) % 1_000_000:06}")
    with clock.fixed(NOON + timedelta(minutes=1)):
        browser.type_code(code)

        assert [each["facts"] for each in noticed(house)] == [{"reason": "after_failures"}]

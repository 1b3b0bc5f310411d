"""Links that work without a sign-in are for one thing, for their time, and of our own making."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet

from shared import mail_links, sealing
from shared.mail_links import LinkBroken, Purpose

KEY = sealing.new_key()


def aged(purpose: Purpose, age: timedelta) -> str:
    at = int((datetime.now(UTC) - age).timestamp())
    claims = b'{"purpose": "%s", "recipient": "rcp_1"}' % purpose.value.encode()
    return Fernet(KEY).encrypt_at_time(claims, at).decode().rstrip("=")


@pytest.mark.parametrize("purpose", Purpose)
def test_a_link_says_what_it_was_made_with_and_fits_into_an_address(purpose: Purpose) -> None:
    made = mail_links.make(KEY, purpose, recipient="rcp_1", vendor="ven_1")

    assert mail_links.read(KEY, purpose, made)["recipient"] == "rcp_1"
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert len(made) < mail_links.LONGEST


@pytest.mark.parametrize("asked", Purpose)
@pytest.mark.parametrize("made", Purpose)
def test_a_link_is_good_for_nothing_else(made: Purpose, asked: Purpose) -> None:
    link = mail_links.make(KEY, made, recipient="rcp_1")

    if made is asked:
        mail_links.read(KEY, asked, link)
    else:
        with pytest.raises(LinkBroken):
            mail_links.read(KEY, asked, link)


@pytest.mark.parametrize(
    ("purpose", "age", "is_good"),
    [
        (Purpose.CONFIRM, timedelta(days=6, hours=23), True),
        (Purpose.CONFIRM, timedelta(days=7, minutes=1), False),
        (Purpose.UNSUBSCRIBE, timedelta(days=4000), True),
        (Purpose.DOCUMENT, timedelta(minutes=3), False),
    ],
)
def test_each_has_its_time(purpose: Purpose, age: timedelta, is_good: bool) -> None:
    if is_good:
        mail_links.read(KEY, purpose, aged(purpose, age))
    else:
        with pytest.raises(LinkBroken):
            mail_links.read(KEY, purpose, aged(purpose, age))


@pytest.mark.parametrize("text", ["", "x", "gAAAA", "é" * 40, "A" * 5000, "a b", "\x00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(LinkBroken):
        mail_links.read(KEY, Purpose.UNSUBSCRIBE, text)


def test_so_is_one_under_another_key_or_with_one_sign_changed() -> None:
    made = mail_links.make(KEY, Purpose.UNSUBSCRIBE, recipient="rcp_1")
    changed = made[:60] + ("A" if made[60] != "A" else "B") + made[61:]

    for key, text in ((sealing.new_key(), made), (KEY, changed)):
        with pytest.raises(LinkBroken):
            mail_links.read(key, Purpose.UNSUBSCRIBE, text)

"""Which words of mails a vendor may choose, and in which order they are shown."""

import pytest

from services.notifications.rules import own_texts

SUBJECT = "mails.receipt.subject"


def test_a_mail_is_listed_as_it_is_read_and_every_text_once() -> None:
    groups = own_texts.groups()
    assert [own_texts.part(key) for key in groups["receipt"]] == [
        "subject",
        "subject",
        "preview",
        "lead",
        "lead",
        "button",
        "why",
        "why",
    ]
    keys = [key for each in groups.values() for key in each]
    assert len(keys) == len(set(keys))
    assert all(map(own_texts.is_replaceable, keys))
    assert "mails.reason.declined.advice" in groups["payment_failed"]
    assert not {"staff_invitation", "direct_action", "customer_erased"} & set(groups)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("{amount}", []),
        ("{amount} {amount}", []),
        ("amount", ["place_missing"]),
        ("{amount} {plan}", ["place_unknown"]),
        ("{plan}", ["place_missing", "place_unknown"]),
        ("", ["text_empty"]),
        ("x" * 1001, ["text_too_long"]),
    ],
)
def test_a_text_says_what_ours_says(text: str, codes: list[str]) -> None:
    assert [each.code for each in own_texts.check(SUBJECT, text, "de")] == codes
    assert own_texts.fits(SUBJECT, text, "de") is not bool(codes)


def test_one_text_stands_for_one_and_for_many() -> None:
    lead = "mails.sign_in.lead"
    assert own_texts.check(lead, "Good for {count} min at {vendor}", "de") == ()
    assert not own_texts.fits("mails.sign_in.nowhere_else", "Anywhere", "de")
    assert not own_texts.fits(SUBJECT, "{amount}", "tlh")

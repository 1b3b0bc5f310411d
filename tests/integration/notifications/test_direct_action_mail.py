"""SE-16: what somebody was let do who came in by a weak way is mailed at once to the address on file."""

import pytest

from services.portal.rules.assurance import NEEDED, NEVER_DIRECT, Proof
from services.portal.rules.portals.getting_in import DIRECT_ACTIONS
from shared.events import DirectActionTaken
from tests.integration.notifications.builders import CUSTOMER, customer
from tests.integration.notifications.office import MailServer, Office
from tests.integration.notifications.test_access_mails import body

TOLD = sorted(action.value for action, need in NEEDED.items() if need is not Proof.ANY and action not in NEVER_DIRECT)


def test_each_action_and_each_way_in_is_told_once_in_each_language(office: Office, mail_server: MailServer) -> None:
    told = [(action, "order_number") for action in TOLD] + [("cancel", way_in) for way_in in DIRECT_ACTIONS]
    for revision, language in enumerate(("en", "de"), start=2):
        office.hear(customer(revision=revision, locale=language))
        for number, (action, way_in) in enumerate(told):
            for _twice in range(2):
                office.hear(taken(action, way_in), event_id=f"evt_{language}_{number}")
        office.deliver()

    assert len(mail_server.mails()) == 2 * len(told)
    assert {str(mail["Content-Language"]) for mail in mail_server.mails()} == {"en", "de"}


@pytest.mark.feature("A23")
def test_the_mail_says_what_how_and_what_to_do(office: Office, mail_server: MailServer) -> None:
    office.hear(taken("cancel", "order_number"))
    office.deliver()

    said = body(mail_server)
    assert "a subscription was canceled" in said
    assert "an order number and your e-mail address" in said
    assert "You can undo it in your account" in said
    assert "If it wasn’t, write to Larkfield right away." in said


def taken(action: str, way_in: str) -> DirectActionTaken:
    return DirectActionTaken(
        customer=CUSTOMER, action=action, object="sub_1", way_in=way_in, portal="larkfield", locale=None
    )

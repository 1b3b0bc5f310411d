"""Every mail about a portal has that portal's legal links at its foot, and no mark of ours."""

import pytest

from shared.events import PortalConfigurationPublishedV3
from tests.integration.notifications.builders import canceled, customer, portal, vendor
from tests.integration.notifications.office import MailServer, Office

PRIVACY, TERMS = "https://larkfield.example/privacy?a=1&b=2", "https://larkfield.example/terms"


def published(**links: str | None) -> PortalConfigurationPublishedV3:
    told = {
        name: value for name, value in vars(portal()).items() if name not in ("sign_in_methods", "links", "revision")
    }
    more = {"kind": "hosted", "is_default": True, "embed": {}, "domain": None, "default_return_url": None}
    return PortalConfigurationPublishedV3(**told, **more, sign_in={}, links=links, revision=2)


@pytest.mark.feature("B23")
@pytest.mark.parametrize(("language", "words"), [("en", ("Terms", "Privacy")), ("de", ("AGB", "Datenschutz"))])
def test_a_mail_ends_with_terms_and_privacy(
    office: Office, mail_server: MailServer, language: str, words: tuple[str, str]
) -> None:
    office.hear(published(privacy=PRIVACY, terms=TERMS))
    office.hear(customer(locale=language, revision=2))
    office.hear(canceled())

    office.deliver()

    plain, html = (part.get_content() for part in mail_server.mails()[-1].iter_parts())
    assert f"{words[0]}: {TERMS}" in plain
    assert f"{words[1]}: {PRIVACY}" in plain
    assert f'href="{TERMS}"' in html
    assert f'href="{PRIVACY.replace("&", "&amp;")}"' in html


@pytest.mark.feature("B23")
def test_a_sign_in_mail_has_them_too(office: Office, mail_server: MailServer) -> None:
    brand = {"name": "Larkfield", "color": None, "reply_to": None, "links": {"privacy": PRIVACY, "terms": None}}
    office.ask_for_sign_in_mail(brand=brand)

    office.deliver()

    plain, html = (part.get_content() for part in mail_server.mails()[-1].iter_parts())
    assert f"Privacy: {PRIVACY}" in plain
    assert "Terms" not in plain
    assert html.count(">Privacy<") == 1


@pytest.mark.feature("B20")
def test_a_mail_names_the_vendor_and_nobody_else(office: Office, mail_server: MailServer) -> None:
    office.hear(vendor(revision=2))
    office.hear(canceled())

    office.deliver()

    for part in mail_server.mails()[-1].iter_parts():
        assert "bursar" not in part.get_content().lower()
        assert "Terms" not in part.get_content()

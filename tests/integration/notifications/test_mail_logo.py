"""A mail shows the portal's logo, by its address at the portal, beside the name, which says it all without pictures."""

import re
from typing import Any

import pytest

from shared.events import PortalConfigurationPublishedV3
from tests.integration.notifications.builders import canceled, portal
from tests.integration.notifications.office import MailServer, Office

LOGO = "5f" * 32


def published(**more: Any) -> PortalConfigurationPublishedV3:
    told = {
        name: value
        for name, value in vars(portal()).items()
        if name not in ("sign_in_methods", "appearance", "revision")
    }
    given = {"kind": "hosted", "is_default": True, "embed": {}, "domain": None, "default_return_url": None, **more}
    return PortalConfigurationPublishedV3(**told, **given, sign_in={}, revision=2)


def pictures(mail_server: MailServer) -> list[tuple[str, str]]:
    _plain, html = (part.get_content() for part in mail_server.mails()[-1].iter_parts())
    return re.findall(r'<img src="([^"]+)" alt="([^"]*)"', html)


@pytest.mark.parametrize(
    ("domain", "home"),
    [
        (None, f"http://localhost:8080/p/{portal().slug}"),
        ({"host": "billing.larkfield.example", "path": "/my"}, "http://billing.larkfield.example:8080/my"),
    ],
    ids=["installation", "own host"],
)
def test_a_mail_about_a_portal_shows_its_logo(
    office: Office, mail_server: MailServer, domain: dict[str, str] | None, home: str
) -> None:
    office.hear(published(appearance={"logo": LOGO}, domain=domain))
    office.hear(canceled())

    office.deliver()

    assert pictures(mail_server) == [(f"{home}/sign-in/logo.png?v={LOGO[:12]}", "")]
    assert "Larkfield" in mail_server.mails()[-1].get_body(("html",)).get_content()


def test_without_a_logo_there_is_no_picture(office: Office, mail_server: MailServer) -> None:
    office.hear(published(appearance={}))
    office.hear(canceled())

    office.deliver()

    assert pictures(mail_server) == []


@pytest.mark.parametrize("has_logo", [True, False])
def test_a_sign_in_mail_shows_it_as_well(office: Office, mail_server: MailServer, has_logo: bool) -> None:
    brand: dict[str, Any] = {"name": "Larkfield", "color": None, "reply_to": None, "links": {}}
    if has_logo:
        brand["logo"] = {"portal": "larkfield", "host": None, "path": None, "sha256": LOGO}
    office.ask_for_sign_in_mail(brand=brand)

    office.deliver()

    shown = [(f"http://localhost:8080/p/larkfield/sign-in/logo.png?v={LOGO[:12]}", "")]
    assert pictures(mail_server) == (shown if has_logo else [])

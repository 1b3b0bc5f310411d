"""Somebody of a vendor's staff in the console, as the gateway sends their requests to portal."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from services.auth.rules.passport import Subject
from shared import clock
from shared.web.app import App
from shared.web.console import ROLES
from shared.web.console_standing import Standing, Workplace
from tests.integration.portal.shop import PASSPORTS, Shop

ORIGIN = "http://localhost:8080"
_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


@contextmanager
def with_staff(app: App) -> Iterator[App]:
    """The application, with auth's answer to who is in the console."""
    before = app.extensions["bursar"]
    standing = Standing(
        user="usr_1",
        email="jonas@larkfield.example",
        name="Jonas Okafor",
        vendor_name="Larkfield",
        locale="en",
        workplaces=(Workplace(user="usr_1", vendor_name="Larkfield"),),
    )
    app.extensions["bursar"] = replace(before, console=lambda _who: standing)
    yield app
    app.extensions["bursar"] = before


@dataclass
class Staff:
    """A browser that is signed in to the console in this role."""

    shop: Shop
    browser: FlaskClient
    role: str = "admin"
    headers: dict[str, str] = field(default_factory=dict)
    proven_at: datetime = field(default_factory=clock.now)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.browser.get(path, headers={**self._passport(), **headers})

    def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        token = _TOKEN.search(self.get("/console/portals").text)
        assert token is not None
        data = MultiDict(form or {})
        data["csrf_token"] = token[1]
        own = {**self._passport(), "Origin": ORIGIN, **headers}
        return self.browser.post(path, data=data, headers=own)

    def ask(self, method: str, path: str) -> TestResponse:
        return self.post(path) if method == "POST" else self.get(path)

    def _passport(self) -> dict[str, str]:
        marks = tuple(f"role:{each}" for each in ROLES[ROLES.index(self.role) :])
        subject = Subject(
            kind="staff",
            id="usr_1",
            vendor=self.shop.vendor,
            mode=self.shop.mode,
            scopes=marks,
            proven_at=self.proven_at,
            session="sses_1",
        )
        return {"X-Passport": PASSPORTS.issue(subject, now=clock.now())}


def fields_of(page: str) -> MultiDict[str, str]:
    """What the wizard's form on the page would send as it stands."""
    form = page.split('id="step"')[1].split("</form>")[0]
    found: list[tuple[str, str]] = []
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'\bname="([^"]+)"', tag), re.search(r'\bvalue="([^"]*)"', tag)
        is_choice = re.search(r'type="(?:checkbox|radio)"', tag)
        if name and name[1] != "csrf_token" and (not is_choice or " checked" in tag):
            found.append((name[1], value[1] if value else ""))
    for name_, body in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form):
        found.append((name_, body))
    for name_, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', body)
        first = re.search(r'<option value="([^"]*)"', body)
        value_ = chosen or first
        assert value_ is not None
        found.append((name_, value_[1]))
    return MultiDict(found)

"""Somebody of a vendor's staff in the console, as the gateway sends their requests to a service."""

import re
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from services.auth.rules.passport import Subject
from shared import clock
from shared.events import Mode
from shared.web.console import ROLES
from shared.web.console_standing import Standing, Workplace
from shared.web.identity import Caller
from tests.support.passports import PassportOffice

ORIGIN = "http://localhost:8080"
_TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')


def standing(_who: Caller) -> Standing:
    """Auth's answer to who is in the console."""
    return Standing(
        user="usr_1",
        email="jonas@larkfield.example",
        name="Jonas Okafor",
        vendor_name="Larkfield",
        locale="en",
        workplaces=(Workplace(user="usr_1", vendor_name="Larkfield"),),
    )


@dataclass
class ConsoleStaff:
    """A browser that is signed in to the console in this role. `home` is a page of the service with a form."""

    browser: FlaskClient
    office: PassportOffice
    home: str
    role: str = "admin"
    vendor: str | None = None
    mode: Mode = "test"

    def get(self, path: str) -> TestResponse:
        return self.browser.get(path, headers=self._passport())

    def post(self, path: str, form: dict[str, Any] | None = None) -> TestResponse:
        token = _TOKEN.search(self.get(self.home).text)
        assert token is not None
        data = MultiDict(form or {})
        data["csrf_token"] = token[1]
        return self.browser.post(path, data=data, headers={**self._passport(), "Origin": ORIGIN})

    def ask(self, method: str, path: str) -> TestResponse:
        return self.post(path) if method == "POST" else self.get(path)

    def _passport(self) -> dict[str, str]:
        marks = tuple(f"role:{each}" for each in ROLES[ROLES.index(self.role) :])
        subject = Subject(
            kind="staff",
            id="usr_1",
            vendor=self.vendor or self.office.vendor,
            mode=self.mode,
            scopes=marks,
            proven_at=clock.now(),
            session="sses_1",
        )
        return {"X-Passport": self.office.passports.issue(subject, now=clock.now())}


def reached(staff: ConsoleStaff, expected: dict[str, str], routes: list[str], *, places: dict[str, str]) -> None:
    """Every route of the console is in the table, and this role gets in where the table says and nowhere else."""
    mine = [name for name in routes if " /console" in name]
    assert set(mine) == set(expected)
    for name in mine:
        method, path = name.split(" ", 1)
        for place, value in places.items():
            path = path.replace(place, value)
        status = staff.ask(method, path).status_code
        may = ROLES.index(staff.role) <= ROLES.index(expected[name])
        assert (status == 403) is not may, f"{staff.role}: {name}: {status}"
        assert status < 500, f"{staff.role}: {name}: {status}"

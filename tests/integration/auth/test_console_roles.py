"""SE-17: every page and action of the console, with every role. The rows come from the application's own routes."""

from itertools import pairwise

import pytest

from services.auth.actions.vendors import Registered
from services.auth.rules import roles
from services.auth.rules.roles import Ability, Role
from shared.web.app import App, views
from tests.integration.auth.house import PUBLIC_URL, House
from tests.integration.auth.staffing import hire, sign_in

EXPECTED = {
    "GET /console/access": Ability.ENTER,
    "POST /console/access/switch": Ability.ENTER,
    "GET /console/access/customers": Ability.SEE_CUSTOMERS,
    "POST /console/access/customers/links": Ability.USE_LINKS,
    "GET /console/access/customers/<customer_id>": Ability.SEE_CUSTOMERS,
    "POST /console/access/customers/<customer_id>/view": Ability.VIEW_AS,
    "POST /console/access/customers/<customer_id>/link": Ability.USE_LINKS,
    "GET /console/access/customers/<customer_id>/link.svg": Ability.USE_LINKS,
    "POST /console/access/customers/<customer_id>/sessions": Ability.END_SESSIONS,
    "GET /console/access/people": Ability.SEE_PEOPLE,
    "POST /console/access/people": Ability.MANAGE_PEOPLE,
    "GET /console/access/company": Ability.SEE_COMPANY,
    "GET /console/access/company/logo.png": Ability.SEE_COMPANY,
    "POST /console/access/company": Ability.MANAGE_COMPANY,
    "POST /console/access/company/logo": Ability.MANAGE_COMPANY,
    "GET /console/access/account": Ability.SEE_COMPANY,
    "POST /console/access/account": Ability.CLOSE_ACCOUNT,
    "GET /console/access/keys": Ability.MANAGE_KEYS,
    "POST /console/access/keys": Ability.MANAGE_KEYS,
    "GET /console/access/secrets": Ability.MANAGE_SECRETS,
    "POST /console/access/secrets": Ability.MANAGE_SECRETS,
    "GET /console/access/checker": Ability.CHECK_IDENTITY,
    "POST /console/access/checker": Ability.CHECK_IDENTITY,
    "GET /console/access/ways": Ability.SEE_WAYS_IN,
    "POST /console/access/ways": Ability.ACCEPT_DIRECT_ACTIONS,
    "GET /console/access/refusals": Ability.SEE_REFUSALS,
    "GET /console/developers/requests": Ability.SEE_API_REQUESTS,
    "GET /console/developers/requests/csv": Ability.SEE_API_REQUESTS,
    "GET /console/developers/requests/<request_id>": Ability.SEE_API_REQUESTS,
}
"""What each asks for. A route that is missing here fails the test."""

SIGNING = ("/console/sign-in", "/console/sign-out")


def of_console(app: App) -> list[str]:
    return [
        name
        for name in views(app)
        if "/console" in name and name != "GET /console" and not name.split(" ")[1].startswith(SIGNING)
    ]


@pytest.mark.feature("J12")
@pytest.mark.parametrize("role", list(Role))
def test_each_role_reaches_what_the_table_says_and_nothing_else(
    house: House, vendor: Registered, mira: str, role: Role
) -> None:
    console = sign_in(house, hire(house, vendor.vendor.id, role, f"{role}@x.example"))
    routes = of_console(house.app)
    assert set(routes) == set(EXPECTED)
    assert "GET /console/access/ways" in routes

    for name in routes:
        method, path = name.split(" ")
        answer = console.ask(method, path.replace("<customer_id>", "cus_1"), form={})
        may = roles.may(role, EXPECTED[name])
        assert (answer.status_code == 403) is not may, f"{role}: {name}: {answer.status_code}"
        assert answer.status_code not in (401, 500), f"{role}: {name}: {answer.status_code}"
        if answer.status_code == 303:
            assert "sign-in" not in answer.headers["Location"], f"{role}: {name}"


def test_nobody_without_a_session_reaches_any_of_them(house: House, vendor: Registered, mira: str) -> None:
    for name in of_console(house.app):
        method, path = name.split(" ")
        browser = house.browser()
        form = {"csrf_token": browser.csrf("/console/sign-in")}
        answer = browser.client.open(
            path.replace("<customer_id>", "cus_1"),
            method=method,
            base_url=PUBLIC_URL,
            headers=browser.headers,
            data=form if method == "POST" else None,
        )
        assert answer.status_code == 303, name
        assert answer.headers["Location"].startswith("/console/sign-in"), name


def test_roles_are_nested_and_whatever_hands_out_power_is_sensitive() -> None:
    ordered = [roles.ROLES[role] for role in Role]

    assert all(more > less for more, less in pairwise(ordered))
    assert roles.SCOPES_OF[Role.OWNER] > roles.SCOPES_OF[Role.ADMIN] > roles.SCOPES_OF[Role.SUPPORT]
    assert roles.SCOPES_OF[Role.SUPPORT] > roles.SCOPES_OF[Role.READ_ONLY]
    assert roles.ROLES[Role.ADMIN] - roles.ROLES[Role.SUPPORT] <= roles.SENSITIVE
    assert roles.ROLES[Role.OWNER] - roles.ROLES[Role.ADMIN] <= roles.SENSITIVE

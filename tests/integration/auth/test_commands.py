"""`bursar` commands of auth: what an operator types, what is printed."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from services.auth.actions.vendors import Registered
from services.auth.cli import group
from services.auth.models import ApiKey, SignInRequest, Vendor
from shared import clock
from tests.integration.auth.house import NOON, PUBLIC_URL, House, token_of
from tests.integration.auth.house import environment as house_environment
from tests.integration.auth.test_keys import passport


@pytest.fixture
def environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in house_environment(house.database.url.render_as_string(hide_password=False)).items():
        monkeypatch.setenv(name, value)


def run(*words: str) -> Result:
    return CliRunner().invoke(group, words)


def facts(result: Result) -> dict[str, str]:
    assert result.exit_code == 0, result.output
    found: dict[str, str] = json.loads(result.output)
    return found


@pytest.mark.usefixtures("environment")
def test_a_vendor_is_made_with_its_addresses_and_keys(house: House) -> None:
    words = ("--name", "Larkfield Ltd.", "--email", "o@larkfield.example", "--address", "1 Lane", "--address", "Bath")

    made = facts(run("vendor", "create", *words, "--country", "GB", "--brand-color", "#0b7a5b", "--json"))

    assert made["slug"] == "larkfield-ltd"
    assert made["portal"] == f"{PUBLIC_URL}/p/larkfield-ltd"
    assert made["test_portal"] == f"{PUBLIC_URL}/p/larkfield-ltd-test"
    assert (made["console"], made["owner"]) == (f"{PUBLIC_URL}/console/", "o@larkfield.example")
    assert passport(house, made["test_key"]) is not None
    assert passport(house, made["live_key"]) is not None
    assert house.rows(Vendor)[0].profile["address"] == ["1 Lane", "Bath"]


@pytest.mark.usefixtures("environment")
def test_what_is_wrong_is_said_in_sentences(house: House, vendor: Registered) -> None:
    taken = run("vendor", "create", "--name", "X", "--email", "a@x.com", "--slug", "acme")
    wrong = run("vendor", "create", "--name", "X", "--email", "a@x.com", "--slug", "A", "--country", "gb")

    assert (taken.exit_code, wrong.exit_code) == (1, 1)
    assert "Another vendor has the address acme." in taken.output
    assert "slug: Use 3 to 40" in wrong.output
    assert "profile.country: Use two capital letters" in wrong.output
    assert len(house.rows(Vendor)) == 1


@pytest.mark.usefixtures("environment")
def test_keys_are_made_listed_rolled_and_revoked(house: House, vendor: Registered) -> None:
    made = run("keys", "create", "--vendor", "acme", "--name", "Reports", "--scope", "invoices:read").output.strip()
    assert made.startswith("rk_test_")
    assert passport(house, made) is not None
    key_id = f"key_{made.removeprefix('rk_test_')[:26]}"
    assert f"{key_id}  rk_test  good  last used" in run("keys", "list", "--vendor", "acme").output

    rolled = run("keys", "roll", key_id, "--vendor", "acme", "--overlap", "0").output.strip()
    assert passport(house, made) is None
    assert passport(house, rolled) is not None

    rolled_id = f"key_{rolled.removeprefix('rk_test_')[:26]}"
    assert run("keys", "revoke", rolled_id, "--vendor", "acme", "--mode", "live").exit_code == 1
    assert "is revoked" in run("keys", "revoke", rolled_id, "--vendor", "acme").output
    assert passport(house, rolled) is None
    assert run("keys", "list", "--vendor", "nobody").exit_code == 1
    assert len(house.rows(ApiKey)) == 4


@pytest.mark.usefixtures("environment")
def test_a_link_for_a_customer_signs_in_once_and_is_mailed_to_nobody(house: House, mira: str) -> None:
    url = run("link", "mira@tessaly.example", "--vendor", "acme", "--mode", "live").output.strip()

    assert url.startswith(f"{PUBLIC_URL}/p/acme/sign-in/link#t=")
    assert house.post_mails(now=NOON) == 0
    browser = house.browser()
    assert "an unknown device" in browser.describe(url).text
    assert browser.click(url).status_code == 303
    assert browser.is_signed_in(house)
    assert browser.click(url).status_code == 410
    assert len(token_of(url)) == 43
    assert len(house.rows(SignInRequest)) == 1


@pytest.mark.usefixtures("environment")
def test_a_link_for_nobody_is_not_made(house: House, mira: str) -> None:
    unknown = run("link", "nobody@x.com", "--vendor", "acme", "--mode", "live")
    other_mode = run("link", mira, "--vendor", "acme")

    assert (unknown.exit_code, other_mode.exit_code) == (1, 1)
    assert "No customer of this portal has this address." in unknown.output


@pytest.mark.usefixtures("environment")
def test_the_demo_vendor_is_made_once(house: House) -> None:
    first, second = facts(run("demo", "--small", "--json")), facts(run("demo", "--small", "--json"))

    assert (first["slug"], first["portal"]) == ("larkfield", f"{PUBLIC_URL}/p/larkfield")
    assert first["test_key"].startswith("sk_test_")
    assert "test_key" not in second
    assert second["vendor"] == first["vendor"]
    assert house.rows(Vendor)[0].profile["brand_color"] == "#0b7a5b"


@pytest.mark.usefixtures("environment")
def test_migrating_twice_changes_nothing(house: House) -> None:
    assert run("migrate").exit_code == 0


def test_a_link_of_the_operator_lives_ten_minutes_too(house: House, mira: str, environment: None) -> None:
    """ML-05."""
    url = run("link", mira, "--vendor", "acme", "--mode", "live").output.strip()

    with clock.fixed(NOON + timedelta(minutes=10)):
        assert house.browser().click(url).status_code == 410


@pytest.mark.usefixtures("environment")
def test_staff_are_invited_listed_and_removed(house: House, vendor: Registered) -> None:
    made = run("staff", "invite", "Noor@x.example", "--vendor", "acme", "--role", "support")
    assert "Noor@x.example is invited as support" in made.output
    listed = run("staff", "list", "--vendor", "acme").output
    assert "support    never signed in    Noor@x.example" in listed
    assert "owner@acme.example" in listed

    assert run("staff", "remove", "noor@X.example", "--vendor", "acme").output == "noor@X.example is removed\n"
    assert "Noor" not in run("staff", "list", "--vendor", "acme").output
    again = run("staff", "remove", "noor@x.example", "--vendor", "acme")
    assert (again.exit_code, "Nobody who works for the vendor" in again.output) == (1, True)
    last = run("staff", "remove", "owner@acme.example", "--vendor", "acme")
    assert (last.exit_code, "The last owner stays" in last.output) == (1, True)

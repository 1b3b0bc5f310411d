"""J12: a vendor's people sign in to the console, for the vendor, the mode and the role that are theirs."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from services.auth.actions import vendors
from services.auth.actions.vendors import Registered
from services.auth.jobs import prune_sign_ins
from services.auth.models import SignInRequest, StaffSession, VendorUser
from shared.database import scope
from shared.events import Actor
from tests.integration.auth.house import NOON, House
from tests.integration.auth.staffing import OWNER, Console, hire, sign_in


@pytest.fixture
def second(house: House, vendor: Registered) -> Registered:
    """Another vendor, which the same mailbox works for."""
    with house.database.begin() as session:
        return vendors.register(
            session,
            display_name="Borealis",
            email=OWNER,
            slug="borealis",
            default_locale="en",
            profile={},
            actor=Actor(kind="system", id="test"),
            now=NOON,
        )


def test_an_owner_signs_in_by_mail_and_is_staff_of_the_vendor(house: House, vendor: Registered) -> None:
    console = sign_in(house)

    said = console.claims()
    assert (said["kind"], said["sub"], said["vendor"]) == ("staff", vendor.user, vendor.vendor.id)
    assert (said["portal"], said["customers"], said["mode"]) == (None, [], "live")
    assert said["scopes"] == ["role:owner", "role:admin", "role:support", "role:read_only"]
    (user,) = house.rows(VendorUser)
    assert user.accepted_at == NOON


def test_nobody_else_gets_a_mail_and_everybody_the_same_answer(house: House, vendor: Registered, mira: str) -> None:
    answers = [house.browser().post("/console/sign-in", email=each) for each in (OWNER, mira, "x@y.example")]

    assert {(each.status_code, each.headers["Location"]) for each in answers} == {(303, "/console/sign-in/code")}
    assert house.post_mails(now=NOON) == 1


def test_pages_of_the_console_lead_to_the_sign_in_and_back(house: House, vendor: Registered) -> None:
    answer = house.browser().get("/console/access/people")

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/console/sign-in?next=/console/access/people"
    assert sign_in(house, next_page="/console/access/people").get("/console/access/people").status_code == 200


def test_the_cookie_of_the_console_is_good_nowhere_else(house: House, vendor: Registered) -> None:
    console = sign_in(house)

    for portal, cookie in (("acme", "bursar_8080_acme"), ("_billing", "bursar_8080__billing")):
        answer = house.identity(Cookie=f"{cookie}={console.cookie}", **{"X-Portal": portal})
        assert "X-Passport" not in answer.headers


def test_signing_out_ends_it_at_once(house: House, vendor: Registered) -> None:
    console = sign_in(house)
    assert console.passport() is not None
    kept = console.cookie

    console.browser.post("/console/sign-out")

    answer = house.identity(Cookie=f"bursar_8080__console={kept}", **{"X-Portal": "_console"})
    assert "X-Passport" not in answer.headers


def test_a_mailbox_works_for_several_vendors_and_switches_between_them(
    house: House, vendor: Registered, second: Registered
) -> None:
    console = sign_in(house)
    assert console.claims()["vendor"] in {vendor.vendor.id, second.vendor.id}
    assert "Borealis" in console.get("/console/access/people").text
    console.post("/console/access/switch", user=vendor.user, mode="live")
    assert console.claims()["vendor"] == vendor.vendor.id

    before = console.cookie
    answer = console.post("/console/access/switch", user=second.user, mode="test")

    assert answer.headers["Location"] == "/console/access"
    said = console.claims()
    assert (said["vendor"], said["mode"], said["sub"]) == (second.vendor.id, "test", second.user)
    assert console.cookie != before
    assert sign_in(house).claims()["vendor"] == second.vendor.id  # where the mailbox was last


def test_whoever_switches_stays_where_they_are_and_is_led_nowhere_else(house: House, vendor: Registered) -> None:
    console = sign_in(house)
    user = console.claims()["sub"]
    for to, leads in (
        ("/console/access/keys", "/console/access/keys"),
        ("/console/portals", "/console/portals"),
        ("//evil.example", "/console/access"),
        ("/console/access/keys/../../p/acme", "/console/access"),
        ("", "/console/access"),
    ):
        answer = console.post("/console/access/switch", user=user, mode="test", to=to)
        assert answer.headers["Location"] == leads, to


def test_nobody_switches_to_a_vendor_they_do_not_work_for(house: House, vendor: Registered, second: Registered) -> None:
    console = sign_in(house, hire(house, vendor.vendor.id, "support"))

    answer = console.post("/console/access/switch", user=second.user, mode="live")

    assert answer.status_code == 404
    assert console.claims()["vendor"] == vendor.vendor.id


def test_a_sensitive_page_asks_for_a_sign_in_of_the_last_thirty_minutes(house: House, vendor: Registered) -> None:
    """SE-17."""
    console = sign_in(house)
    late = timedelta(minutes=31)

    for page in ("keys", "secrets"):
        answer = console.get(f"/console/access/{page}", proven=late)
        assert answer.status_code == 403
        assert f'name="page" value="/console/access/{page}"' in answer.text
    for form in ({"do": "invite", "email": "x@y.example", "role": "support"}, {"do": "remove", "user": vendor.user}):
        answer = console.post("/console/access/people", proven=late, **form)
        assert (answer.status_code, "Confirm it is you" in answer.text) == (403, True)
    assert console.get("/console/access/people", proven=late).status_code == 200
    assert len(house.rows(VendorUser)) == 1


def test_a_code_in_place_makes_the_sign_in_fresh_again(house: House, vendor: Registered) -> None:
    console = sign_in(house)
    before, early = console.cookie, NOON - timedelta(minutes=31)
    with scope.platform(), house.database.begin() as session:
        session.execute(update(StaffSession).values(created_at=early, proven_at=early))
        session.execute(update(SignInRequest).values(counted=False))
    house.mailroom.mails.clear()

    console.browser.post("/console/sign-in", reason="step_up", next="/console/access/keys", email="x@y.example")
    house.post_mails(now=NOON)
    (mail,) = house.mailroom.mails
    answer = console.browser.post("/console/sign-in/code", code=mail["code"])

    assert mail["to"] == OWNER
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/access/keys")
    (row,) = house.rows(StaffSession)
    assert (row.created_at, row.proven_at) == (early, NOON)
    assert console.cookie != before


def test_a_removed_user_is_out_with_the_next_request(house: House, vendor: Registered) -> None:
    """SE-17."""
    owner = sign_in(house)
    helper = sign_in(house, hire(house, vendor.vendor.id, "support"))
    user = helper.claims()["sub"]

    assert owner.post("/console/access/people", do="remove", user=user).status_code == 303

    assert helper.passport() is None
    assert all(row.revoked_at is not None for row in house.rows(StaffSession) if row.user == user)
    browser = house.browser()
    browser.post("/console/sign-in", email="support@acme.example")
    house.mailroom.mails.clear()
    assert house.post_mails(now=NOON) == 0


def test_a_role_counts_from_the_next_request(house: House, vendor: Registered) -> None:
    owner = sign_in(house)
    helper = sign_in(house, hire(house, vendor.vendor.id, "admin"))
    user = helper.claims()["sub"]
    assert helper.get("/console/access/keys").status_code == 200

    owner.post("/console/access/people", do="role", user=user, role="read_only")

    assert helper.claims()["scopes"] == ["role:read_only"]
    assert helper.get("/console/access/keys").status_code == 403


def test_somebody_invited_gets_a_mail_and_signs_in(house: House, vendor: Registered) -> None:
    owner = sign_in(house)
    house.mailroom.mails.clear()

    answer = owner.post("/console/access/people", do="invite", email="Noor@x.example", role="support", name="Noor")

    assert answer.status_code == 303
    house.post_mails(now=datetime.now(UTC))
    (mail,) = house.mailroom.mails
    assert (mail["kind"], mail["to"], mail["vendor"]) == ("staff_invitation", "Noor@x.example", vendor.vendor.id)
    assert mail["facts"] == {"inviter": OWNER, "role": "support"}
    assert mail["link"] == "http://localhost:8080/console/sign-in"
    assert sign_in(house, "noor@x.example").claims()["scopes"] == ["role:support", "role:read_only"]
    assert "Noor" in owner.get("/console/access/people").text


def test_the_last_owner_stays(house: House, vendor: Registered) -> None:
    owner = sign_in(house)

    for form in ({"do": "remove"}, {"do": "role", "role": "admin"}):
        answer = owner.post("/console/access/people", user=vendor.user, **form)
        assert answer.status_code == 409
        assert "The last owner stays" in answer.text
    (user,) = house.rows(VendorUser)
    assert (user.role, user.removed_at) == ("owner", None)


def test_one_address_is_invited_once_and_may_come_back(house: House, vendor: Registered) -> None:
    owner = sign_in(house)
    form = {"do": "invite", "email": "noor@x.example", "role": "support"}
    owner.post("/console/access/people", **form)

    assert owner.post("/console/access/people", **form).status_code == 409
    noor = next(row for row in house.rows(VendorUser) if row.email == "noor@x.example")
    owner.post("/console/access/people", do="remove", user=noor.id)
    assert owner.post("/console/access/people", **form).status_code == 303
    assert sign_in(house, "noor@x.example").claims()["sub"] == noor.id


def test_a_user_of_another_vendor_does_not_exist(house: House, vendor: Registered, second: Registered) -> None:
    """TI-01."""
    outsider = hire(house, second.vendor.id, "support", "s@borealis.example")
    theirs = next(row.id for row in house.rows(VendorUser) if row.email == outsider)
    owner = sign_in(house, hire(house, vendor.vendor.id, "owner", "second@acme.example"))

    for form in ({"do": "remove"}, {"do": "role", "role": "owner"}):
        assert owner.post("/console/access/people", user=theirs, **form).status_code == 404


def shows(console: Console, path: str) -> bool:
    return f'href="{path}"' in console.get("/console/access/customers").text


def test_the_pages_that_a_role_does_not_have_are_not_offered(house: House, vendor: Registered) -> None:
    reader = sign_in(house, hire(house, vendor.vendor.id, "read_only"))

    assert shows(reader, "/console/access/people")
    for path in ("keys", "secrets", "checker"):
        assert not shows(reader, f"/console/access/{path}")


def test_sessions_of_the_console_are_forgotten_a_month_after_they_ended(house: House, vendor: Registered) -> None:
    sign_in(house)

    for days, left in ((30, 1), (31, 0)):
        prune_sign_ins(house.database.begin, now=NOON + timedelta(days=days), adapters=house.adapters)
        assert len(house.rows(StaffSession)) == left

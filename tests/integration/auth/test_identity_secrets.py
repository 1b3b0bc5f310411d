"""Identity secrets: made, shown once, rolled with overlap, revoked with their sessions (HI-08, HI-10, HI-13)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.models import IdentitySecret, PortalSession
from shared import clock
from shared.database.tables import idempotency_keys, outbox
from tests.integration.auth.house import NOON, House
from tests.integration.auth.signing import Signer, arrive, call, is_in, v1, v2

MAIL = "Mira@Tessaly.example"
ROOT = "/v1/identity_secrets"


def both(house: House, signer: Signer, secret: str, kid: str) -> tuple[int, int]:
    """How a v1 hash and a v2 token made with this secret fare now."""
    at = int(clock.now().timestamp())
    token = v2(secret, kid=kid, vendor=signer.vendor, name=MAIL, iat=at, exp=at + 60)
    return (
        arrive(house, email=MAIL, hash=v1(secret, MAIL)).status_code,
        arrive(house, email=MAIL, hash=token).status_code,
    )


def test_a_secret_is_shown_once_and_kept_encrypted(house: House, signer: Signer) -> None:
    """HI-10: in no row, no list, no event, and useless as an API key."""
    assert signer.secret.startswith("idsec_live_")
    for path in (ROOT, f"{ROOT}/{signer.secret_id}"):
        assert signer.secret not in signer.call("GET", path).text
    for row in house.rows(IdentitySecret):
        kept = " ".join(str(value) for value in vars(row).values())
        assert signer.secret not in kept
        assert signer.secret[-49:] not in kept
    with house.database.begin(read_only=True) as session:
        events = " ".join(str(row) for row in session.connection().execute(select(outbox)))
    assert signer.secret[-49:] not in events
    assert house.identity(Authorization=f"Bearer {signer.secret}").status_code == 401


def test_the_same_request_again_shows_no_secret(house: House, signer: Signer) -> None:
    def send() -> TestResponse:
        return signer.call("POST", ROOT, json={"name": "Once"}, headers={"Idempotency-Key": "once"})

    first, second = send(), send()

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json == first.json | {"secret": None}
    with house.database.begin(read_only=True) as session:
        kept = session.connection().execute(select(idempotency_keys.c.body)).scalar_one()
    assert first.json["secret"].encode() not in kept


@pytest.mark.feature("A24")
@pytest.mark.parametrize("overlap", [None, 0, 604_800])
def test_two_secrets_verify_during_a_rotation(house: House, signer: Signer, overlap: int | None) -> None:
    """HI-08: a day unless said otherwise, at most seven."""
    body = {} if overlap is None else {"overlap": overlap}
    rolled = signer.call("POST", f"{ROOT}/{signer.secret_id}/roll", json=body)

    assert rolled.status_code == 201
    lasts = 86_400 if overlap is None else overlap
    old, new = (signer.secret, signer.secret_id), (rolled.json["secret"], rolled.json["id"])
    for seconds, good in ((lasts - 1, (200, 200)), (lasts, (401, 401))):
        with clock.fixed(NOON + timedelta(seconds=seconds)):
            assert seconds < 0 or both(house, signer, *old) == good
            assert seconds < 0 or both(house, signer, *new) == (200, 200)
    shown = signer.call("GET", f"{ROOT}/{signer.secret_id}").json
    assert shown["replaced_by"] == rolled.json["id"]
    again = signer.call("POST", f"{ROOT}/{signer.secret_id}/roll", json={})
    assert (again.status_code, again.json["code"]) == (409, "identity_secret_revoked")


@pytest.mark.parametrize("overlap", [-1, 604_801, True, "60", 1.5, None])
def test_an_overlap_is_seconds_up_to_seven_days(house: House, signer: Signer, overlap: Any) -> None:
    answer = signer.call("POST", f"{ROOT}/{signer.secret_id}/roll", json={"overlap": overlap})

    assert answer.status_code in (400, 422)
    assert both(house, signer, signer.secret, signer.secret_id) == (200, 200)


@pytest.mark.feature("J06")
def test_revoked_now_means_its_sessions_too(house: House, signer: Signer) -> None:
    """HI-08: the session knows the secret it began with; sessions of another secret go on."""
    other = signer.call("POST", ROOT, json={"name": "App"}).json
    ended = [
        arrive(house, email=MAIL, hash=signer.v1(MAIL)).json["session"],
        arrive(house, hash=signer.v2(MAIL)).json["session"],
    ]
    kept = arrive(house, email=MAIL, hash=v1(other["secret"], MAIL)).json["session"]

    revoked = signer.call("POST", f"{ROOT}/{signer.secret_id}/revoke")

    assert (revoked.status_code, revoked.json["revoked_at"]) == (200, NOON.isoformat())
    assert [is_in(house, each) for each in ended] == [False, False]
    assert is_in(house, kept)
    assert both(house, signer, signer.secret, signer.secret_id) == (401, 401)
    assert {row.secret for row in house.rows(PortalSession) if row.revoked_at} == {signer.secret_id}


def test_a_secret_that_takes_no_v1_any_more(house: House, signer: Signer) -> None:
    """HI-13: per secret."""
    by_hash = arrive(house, email=MAIL, hash=signer.v1(MAIL)).json["session"]
    by_token = arrive(house, hash=signer.v2(MAIL)).json["session"]

    changed = signer.call("PATCH", f"{ROOT}/{signer.secret_id}", json={"takes_v1": False})

    assert (changed.status_code, changed.json["takes_v1"]) == (200, False)
    assert (is_in(house, by_hash), is_in(house, by_token)) == (False, True)
    assert both(house, signer, signer.secret, signer.secret_id) == (401, 200)


def test_its_last_use_is_shown_to_the_minute(house: House, signer: Signer) -> None:
    def last_used() -> Any:
        return signer.call("GET", f"{ROOT}/{signer.secret_id}").json["last_used_at"]

    assert last_used() is None
    for seconds, noted in ((0, 0), (59, 0), (60, 60)):
        with clock.fixed(NOON + timedelta(seconds=seconds)):
            arrive(house, email=MAIL, hash=signer.v1(MAIL))
        assert last_used() == (NOON + timedelta(seconds=noted)).isoformat()


@pytest.mark.feature("A19")
def test_secrets_of_the_other_mode_or_vendor_do_not_exist(house: House, signer: Signer, vendor: Registered) -> None:
    """TI-01."""
    test_key = vendor.keys["test"].secret
    for method, path, body in (
        ("GET", f"{ROOT}/{signer.secret_id}", None),
        ("PATCH", f"{ROOT}/{signer.secret_id}", {"takes_v1": False}),
        ("POST", f"{ROOT}/{signer.secret_id}/roll", {}),
        ("POST", f"{ROOT}/{signer.secret_id}/revoke", None),
        ("GET", "/v1/identity/customers/cus_1", None),
        ("PATCH", "/v1/identity/customers/cus_1", {"takes_v1": False}),
    ):
        options = {} if body is None else {"json": body}
        there = call(house, test_key, method, path, **options)
        nowhere = path.replace(signer.secret_id, "idsec_nowhere").replace("cus_1", "cus_nowhere")
        absent = call(house, test_key, method, nowhere, **options)

        assert there.status_code == absent.status_code == 404, path
        assert there.json | {"instance": ""} == absent.json | {"instance": ""}
    assert call(house, test_key, "GET", ROOT).json["data"] == []
    assert both(house, signer, signer.secret, signer.secret_id) == (200, 200)


def test_there_are_ten_good_ones_at_most(house: House, signer: Signer) -> None:
    for number in range(9):
        assert signer.call("POST", ROOT, json={"name": f"App {number}"}).status_code == 201

    answer = signer.call("POST", ROOT, json={"name": "One more"})

    assert (answer.status_code, answer.json["code"]) == (409, "too_many_identity_secrets")


def test_scopes_are_asked_for(house: House, signer: Signer) -> None:
    """AK-02."""
    reader = signer.call("POST", "/v1/api_keys", json={"name": "R", "scopes": ["identity_secrets:read"]}).json["secret"]
    other = signer.call("POST", "/v1/api_keys", json={"name": "O", "scopes": ["customers:read"]}).json["secret"]

    assert call(house, reader, "GET", ROOT).status_code == 200
    assert call(house, other, "GET", ROOT).status_code == 403
    for path, body in ((ROOT, {"name": "x"}), ("/v1/identity/check", {"hash": "0" * 64})):
        refused = call(house, reader, "POST", path, json=body)
        assert (refused.status_code, refused.json["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "x\ny"}, {"name": 7}, {"name": "x", "takes_v1": "yes"}, {"name": "x", "mode": "test"}],
    ids=str,
)
def test_what_does_not_fit_is_refused(house: House, signer: Signer, body: Any) -> None:
    """TI-08, ID-09."""
    answer = signer.call("POST", ROOT, json=body)

    assert answer.status_code in (400, 422)
    assert len(house.rows(IdentitySecret)) == 1

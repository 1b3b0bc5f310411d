"""API keys: what the gateway is told of one, and the resource that makes, rolls and revokes them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.auth.actions.vendors import Registered
from services.auth.models import ApiKey
from services.auth.rules.api_key import SCOPES
from shared import clock
from shared.database import scope
from tests.integration.auth.house import ADMIN_TOKEN, NOON, House
from tests.support.statements import statements as counted_statements


def passport(house: House, key: str) -> str | None:
    answer = house.identity(Authorization=f"Bearer {key}")
    return answer.headers.get("X-Passport")


def claims(house: House, key: str) -> dict[str, Any]:
    found = passport(house, key)
    assert found is not None
    decoded: dict[str, Any] = jwt.decode(found, options={"verify_signature": False})
    return decoded


def call(house: House, key: str, method: str, path: str, **options: Any) -> TestResponse:
    """What a client asks through the gateway: the key becomes a passport on the way, good by the real clock."""
    with clock.fixed(datetime.now(UTC)):
        headers = {"X-Passport": passport(house, key) or "", **options.pop("headers", {})}
    return house.app.test_client().open(path, method=method, headers=headers, **options)


@pytest.fixture
def sk_test(vendor: Registered) -> str:
    return vendor.keys["test"].secret


def test_a_key_speaks_for_its_vendor_and_mode_with_its_scopes(house: House, vendor: Registered) -> None:
    """AK-02."""
    for mode in ("test", "live"):
        said = claims(house, vendor.keys[mode].secret)

        assert (said["kind"], said["vendor"], said["mode"]) == ("key", vendor.vendor.id, mode)
        assert said["sub"] == vendor.keys[mode].view.id
        assert set(said["scopes"]) == set(SCOPES)


def test_a_passport_is_given_again_for_a_quarter_minute_and_the_key_is_asked_about_each_time(
    house: House, sk_test: str, vendor: Registered
) -> None:
    """The gateway asks anew each second: what it is told then is signed once, and true each time."""
    first, again = (passport(house, sk_test) for _ in range(2))
    with clock.fixed(NOON + timedelta(seconds=15)):
        later = passport(house, sk_test)
    other = passport(house, vendor.keys["live"].secret)
    with house.database.begin() as session, scope.platform():
        session.scalars(select(ApiKey).where(ApiKey.id == vendor.keys["test"].view.id)).one().revoked_at = NOON
        session.flush()

    assert first is not None
    assert first == again
    assert len({first, later, other}) == 3
    assert passport(house, sk_test) is None


def test_only_a_hash_of_a_key_is_kept(house: House, sk_test: str) -> None:
    """AK-01."""
    for row in house.rows(ApiKey):
        kept = " ".join(str(value) for value in vars(row).values())
        assert sk_test not in kept
        assert sk_test[34:] not in kept


def test_a_bad_checksum_is_refused_without_a_query(house: House, sk_test: str) -> None:
    """AK-01."""
    bad = sk_test[:-1] + ("A" if sk_test[-1] != "A" else "B")
    with counted_statements(house.database) as statements:
        answer = house.identity(Authorization=f"Bearer {bad}")

    assert (answer.status_code, answer.headers["X-Auth-Error"]) == (401, "invalid_api_key")
    assert statements == []


def test_bad_credentials_of_every_kind_are_refused_alike(house: House, sk_test: str, vendor: Registered) -> None:
    """AK-01: unknown, of another secret, of the wrong mode, made up."""
    from services.auth.adapters.secrets import new_key_secret
    from services.auth.rules import api_key
    from services.auth.rules.api_key import KeyKind
    from shared import ids

    own_id = vendor.keys["test"].view.id
    forged = [
        api_key.compose(kind=KeyKind.SECRET, mode="test", key_id=ids.new("key"), secret=new_key_secret()),
        api_key.compose(kind=KeyKind.SECRET, mode="test", key_id=own_id, secret=new_key_secret()),
        api_key.compose(kind=KeyKind.SECRET, mode="live", key_id=own_id, secret=sk_test[34:77]),
        "nonsense",
        "é" * 50,
    ]
    for key in forged:
        answer = house.identity(Authorization=f"Bearer {key}")
        assert (answer.status_code, answer.headers["X-Auth-Error"]) == (401, "invalid_api_key")
    assert house.identity(Authorization="Basic YTpi").status_code == 401
    assert house.identity().status_code == 200


def test_the_operators_token_may_do_vendors_and_nothing_else(house: House, vendor: Registered) -> None:
    said = claims(house, ADMIN_TOKEN)

    assert (said["kind"], said["vendor"], said["scopes"]) == ("admin", None, ["vendors:read", "vendors:write"])
    assert call(house, ADMIN_TOKEN, "GET", "/v1/api_keys").status_code == 403


def test_the_last_use_is_noted_at_most_once_a_minute(house: House, sk_test: str, vendor: Registered) -> None:
    key_id = vendor.keys["test"].view.id

    def last_used() -> Any:
        return next(row.last_used_at for row in house.rows(ApiKey) if row.id == key_id)

    passport(house, sk_test)
    assert last_used() == NOON
    with clock.fixed(NOON + timedelta(seconds=59)):
        passport(house, sk_test)
        assert last_used() == NOON
    with clock.fixed(NOON + timedelta(seconds=60)):
        passport(house, sk_test)
        assert last_used() == NOON + timedelta(seconds=60)


def test_a_restricted_key_is_made_and_shown_once(house: House, sk_test: str) -> None:
    """AK-01, AK-02."""
    made = call(
        house, sk_test, "POST", "/v1/api_keys", json={"name": "Reports", "scopes": ["invoices:read", "api_keys:read"]}
    )

    assert made.status_code == 201
    key = made.json["secret"]
    assert key.startswith("rk_test_")
    assert claims(house, key)["scopes"] == ["api_keys:read", "invoices:read"]
    shown = call(house, key, "GET", f"/v1/api_keys/{made.json['id']}")
    assert "secret" not in shown.json
    assert shown.json["created_by"] == claims(house, sk_test)["sub"]
    denied = call(house, key, "POST", "/v1/api_keys", json={"name": "More", "scopes": ["invoices:read"]})
    assert (denied.status_code, denied.json["code"]) == (403, "scope_missing")
    assert "api_keys:write" in denied.json["detail"]


def test_a_key_hands_on_no_more_than_it_has(house: House, sk_test: str) -> None:
    """AK-06."""
    body = {"name": "Keys", "scopes": ["api_keys:write"]}
    maker = call(house, sk_test, "POST", "/v1/api_keys", json=body).json["secret"]

    more = call(house, maker, "POST", "/v1/api_keys", json={"name": "More", "scopes": ["invoices:read"]})
    whole = call(house, maker, "POST", "/v1/api_keys", json={"name": "All", "kind": "sk"})

    assert (more.status_code, more.json["code"]) == (403, "scopes_exceed_own")
    assert whole.status_code == 403


@pytest.mark.parametrize("overlap", [0, 86_400, 604_800])
def test_a_rolled_key_works_for_its_overlap(house: House, vendor: Registered, overlap: int) -> None:
    """AK-04."""
    live = vendor.keys["live"]
    rolled = call(house, live.secret, "POST", f"/v1/api_keys/{live.view.id}/roll", json={"overlap": overlap})

    assert rolled.status_code == 201
    assert passport(house, rolled.json["secret"]) is not None
    if overlap:
        with clock.fixed(NOON + timedelta(seconds=overlap - 1)):
            assert passport(house, live.secret) is not None
    with clock.fixed(NOON + timedelta(seconds=overlap)):
        assert passport(house, live.secret) is None
        assert passport(house, rolled.json["secret"]) is not None
    again = call(house, rolled.json["secret"], "POST", f"/v1/api_keys/{live.view.id}/roll", json={})
    assert (again.status_code, again.json["code"]) == (409, "api_key_revoked")


@pytest.mark.parametrize("overlap", [-1, 604_801, True, "60", 1.5, None])
def test_an_overlap_is_seconds_up_to_seven_days(house: House, vendor: Registered, overlap: Any) -> None:
    live = vendor.keys["live"]

    answer = call(house, live.secret, "POST", f"/v1/api_keys/{live.view.id}/roll", json={"overlap": overlap})

    assert answer.status_code in (400, 422)
    assert passport(house, live.secret) is not None


def test_a_revoked_key_is_refused_at_once(house: House, vendor: Registered, sk_test: str) -> None:
    """AK-04."""
    body = {"name": "Short", "scopes": ["invoices:read"]}
    made = call(house, sk_test, "POST", "/v1/api_keys", json=body).json

    revoked = call(house, sk_test, "POST", f"/v1/api_keys/{made['id']}/revoke")

    assert (revoked.status_code, revoked.json["revoked_at"]) == (200, NOON.isoformat())
    assert passport(house, made["secret"]) is None


@pytest.mark.feature("A19")
def test_keys_of_the_other_mode_or_vendor_do_not_exist(house: House, vendor: Registered, sk_test: str) -> None:
    """TI-01."""
    foreign = vendor.keys["live"].view.id
    for method, path in (
        ("GET", f"/v1/api_keys/{foreign}"),
        ("POST", f"/v1/api_keys/{foreign}/roll"),
        ("POST", f"/v1/api_keys/{foreign}/revoke"),
    ):
        there = call(house, sk_test, method, path, **({"json": {}} if method == "POST" else {}))
        nowhere = call(
            house, sk_test, method, path.replace(foreign, "key_nowhere"), **({"json": {}} if method == "POST" else {})
        )
        assert there.status_code == nowhere.status_code == 404
        assert there.json | {"instance": ""} == nowhere.json | {"instance": ""}
    listed = call(house, sk_test, "GET", "/v1/api_keys").json
    assert [each["id"] for each in listed["data"]] == [vendor.keys["test"].view.id]
    assert call(house, sk_test, "GET", f"/v1/api_keys?starting_after={foreign}").json["code"] == "invalid_cursor"


def test_the_same_request_again_makes_no_second_key_and_shows_no_secret(house: House, sk_test: str) -> None:
    """ID-02 and AK-01: what is kept for the replay does not hold the key."""
    from sqlalchemy import select

    from shared.database.tables import idempotency_keys

    def send() -> TestResponse:
        return call(
            house,
            sk_test,
            "POST",
            "/v1/api_keys",
            json={"name": "Once", "scopes": ["invoices:read"]},
            headers={"Idempotency-Key": "once"},
        )

    first, second = send(), send()

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.json == first.json | {"secret": None}
    with house.database.begin(read_only=True) as session:
        kept = session.connection().execute(select(idempotency_keys.c.body)).scalar_one()
    assert first.json["secret"].encode() not in kept


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"name": "x", "scopes": ["everything"]},
        {"name": "x\ny", "scopes": ["invoices:read"]},
        {"name": "", "scopes": ["invoices:read"]},
        {"name": "x", "scopes": "invoices:read"},
        {"name": "x", "kind": "xk"},
        {"name": "x", "kind": "pk", "scopes": ["invoices:read"]},
        {"name": "x", "kind": "sk", "scopes": ["invoices:read"]},
        {"name": "x", "scopes": ["invoices:read"], "vendor": "ven_1"},
        {"name": "x", "scopes": ["invoices:read"], "mode": "live"},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_made(house: House, sk_test: str, body: Any) -> None:
    """TI-08, ID-09."""
    before = len(house.rows(ApiKey))

    answer = call(house, sk_test, "POST", "/v1/api_keys", json=body)

    assert answer.status_code in (400, 422)
    assert answer.json["errors"]
    assert len(house.rows(ApiKey)) == before

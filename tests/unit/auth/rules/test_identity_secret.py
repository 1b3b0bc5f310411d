"""Identity secrets: their form, and for how long they verify (HI-08, HI-10)."""

from datetime import UTC, datetime, timedelta

import pytest

from services.auth.adapters.secrets import new_key_secret
from services.auth.rules import api_key, identity_secret
from services.auth.rules.api_key import BadKey
from services.auth.rules.identity_secret import SecretRevoked, TooManySecrets
from shared import ids
from shared.errors import Invalid

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_secret_says_what_it_is_and_is_no_api_key() -> None:
    """HI-10."""
    secret_id = ids.new("idsec")

    secret = identity_secret.compose(mode="live", secret_id=secret_id, random=new_key_secret())

    assert secret.startswith(f"idsec_live_{secret_id.removeprefix('idsec_')}")
    assert len(identity_secret.key_of(secret)) > identity_secret.SHORTEST
    with pytest.raises(BadKey):
        api_key.parse(secret)


@pytest.mark.parametrize(
    ("expires", "revoked", "is_good"),
    [(None, None, True), (1, None, True), (0, None, False), (-1, None, False), (None, 0, False), (9, -9, False)],
)
def test_it_verifies_until_it_ends(expires: int | None, revoked: int | None, is_good: bool) -> None:
    def moment(seconds: int | None) -> datetime | None:
        return None if seconds is None else NOON + timedelta(seconds=seconds)

    assert identity_secret.is_good(expires_at=moment(expires), revoked_at=moment(revoked), now=NOON) is is_good


@pytest.mark.parametrize("seconds", [0, 86_400, 604_800])
def test_a_rolled_one_verifies_for_the_overlap(seconds: int) -> None:
    overlap = timedelta(seconds=seconds)

    ends = identity_secret.overlap_ends(now=NOON, overlap=overlap, expires_at=None, revoked_at=None)

    assert ends == NOON + overlap


@pytest.mark.parametrize("seconds", [-1, 604_801])
def test_an_overlap_is_seven_days_at_most(seconds: int) -> None:
    with pytest.raises(Invalid):
        identity_secret.overlap_ends(now=NOON, overlap=timedelta(seconds=seconds), expires_at=None, revoked_at=None)


def test_one_that_ends_already_is_not_rolled() -> None:
    for ended in ({"expires_at": NOON, "revoked_at": None}, {"expires_at": None, "revoked_at": NOON}):
        with pytest.raises(SecretRevoked):
            identity_secret.overlap_ends(now=NOON, overlap=timedelta(0), **ended)


def test_there_are_never_too_many() -> None:
    identity_secret.check_room(good=identity_secret.MOST - 1)
    with pytest.raises(TooManySecrets):
        identity_secret.check_room(good=identity_secret.MOST)

"""The environment becomes a frozen dataclass, or all that is wrong with it is said at once."""

import dataclasses

import pytest

from shared.settings import BadSettings, CommonSettings, Secret, load, setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sample:
    name: str = setting("what it is called")
    size: int = setting("how large it is", default=3)
    is_open: bool = setting("whether it is open", default=False)
    key: Secret = setting("what opens it", default=Secret(""))


def test_fields_are_read_by_their_names_in_capitals_and_by_their_types() -> None:
    found = load(Sample, service="portal", environ={"NAME": "a", "SIZE": "12", "IS_OPEN": "true", "KEY": "k"})

    assert found == Sample(name="a", size=12, is_open=True, key=Secret("k"))
    assert isinstance(found.key, Secret)


def test_a_variable_with_the_service_s_name_wins() -> None:
    environ = {"NAME": "any", "PORTAL_NAME": "portal's", "AUTH_NAME": "auth's"}

    assert load(Sample, service="portal", environ=environ).name == "portal's"
    assert load(Sample, service="invoices", environ=environ).name == "any"


def test_what_is_not_set_or_empty_has_its_default() -> None:
    assert load(Sample, service="portal", environ={"NAME": "a", "SIZE": ""}).size == 3


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(BadSettings) as bad:
        load(Sample, service="portal", environ={"SIZE": "big", "IS_OPEN": "perhaps"})

    lines = str(bad.value).splitlines()
    assert [line.split()[0] for line in lines] == ["NAME", "SIZE", "IS_OPEN"]
    assert "what it is called" in lines[0]


def test_a_secret_does_not_print() -> None:
    secret = load(Sample, service="portal", environ={"NAME": "a", "KEY": "open sesame"})

    assert "sesame" not in repr(secret)
    assert secret.key == "open sesame"


def test_what_every_service_is_told_is_asked_for_by_name() -> None:
    with pytest.raises(BadSettings) as bad:
        load(CommonSettings, service="portal", environ={})

    asked = {line.split()[0] for line in str(bad.value).splitlines()}
    assert asked == {"DATABASE_URL", "BUS_URL", "PUBLIC_URL", "AUTH_URL"}

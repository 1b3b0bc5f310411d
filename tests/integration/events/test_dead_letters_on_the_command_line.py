"""`bursar events`: what a person sees of the dead letters, and does with them (EV-15)."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from shared.cli.events import group
from tests.integration.events.conftest import Stack
from tests.support import small_service
from tests.support.polling import until

Bursar = Callable[..., Result]


@pytest.fixture
def bursar(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Bursar:
    monkeypatch.setenv("BUS_URL", stack.bus_url)

    def call(*words: str) -> Result:
        return CliRunner().invoke(group, list(words), catch_exceptions=False)

    return call


@pytest.fixture
def letters(stack: Stack) -> list[str]:
    """Two dead letters; their event ids."""
    ids = stack.change(2, display_name="fail")
    stack.run_relay()
    stack.run_consumer()
    until(lambda: len(stack.bus.dead("small")) == 2)
    return ids


def test_the_list_names_event_service_attempts_and_reason(bursar: Bursar, letters: list[str]) -> None:
    result = bursar("dead", "--service", "small")

    assert result.exit_code == 0
    for event_id in letters:
        assert f"{event_id}  small  customer.created.v1" in result.output
    assert "after 4 attempts  ValueError" in result.output
    assert "2 dead letters" in result.output


def test_a_letter_is_shown_without_the_person_in_it(bursar: Bursar, stack: Stack, letters: list[str]) -> None:
    result = bursar("show", "--service", "small", letters[0])

    assert "cus_" in result.output
    assert '"vendor": "ven_a"' in result.output
    assert "ada@example.com" not in result.output
    assert '"display_name": "***"' in result.output


def test_a_dry_run_names_them_and_sends_nothing(bursar: Bursar, stack: Stack, letters: list[str]) -> None:
    result = bursar("replay", "--service", "small", "--all", "--dry-run")

    assert all(event_id in result.output for event_id in letters)
    assert {letter.id for letter in stack.bus.dead("small")} == set(letters)


@pytest.mark.parametrize("choice", [["--all"], ["--type", "customer.created.v1"], ["--since", "2026-01-01"]])
def test_what_is_replayed_and_still_bad_returns(
    bursar: Bursar, stack: Stack, letters: list[str], choice: list[str]
) -> None:
    result = bursar("replay", "--service", "small", *choice)

    assert "2 sent again" in result.output
    until(lambda: [letter.attempts for letter in stack.bus.dead("small")] == [4, 4])
    assert small_service.effects_of(stack.database) == {}


def test_one_is_discarded_by_its_id_and_the_other_stays(bursar: Bursar, stack: Stack, letters: list[str]) -> None:
    result = bursar("discard", "--service", "small", letters[0], "--reason", "a test order")

    assert "1 thrown away" in result.output
    assert [letter.id for letter in stack.bus.dead("small")] == letters[1:]


def test_nothing_is_replayed_or_discarded_without_a_choice_or_a_reason(bursar: Bursar, letters: list[str]) -> None:
    for words in (["replay", "--service", "small"], ["discard", "--service", "small", "--all"]):
        assert bursar(*words).exit_code == 2


def test_a_service_that_never_ran_here_has_no_dead_letters(bursar: Bursar) -> None:
    assert "0 dead letters" in bursar("dead", "--service", "nobody").output


def test_a_bus_that_does_not_answer_is_said_in_a_sentence(bursar: Bursar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUS_URL", "amqp://guest:guest@127.0.0.1:1/%2F")

    result = bursar("dead", "--service", "small")

    assert result.exit_code == 1
    assert "the bus does not answer" in result.output

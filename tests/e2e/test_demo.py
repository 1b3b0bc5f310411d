"""The demo: what it prints is true, told twice it adds nothing, and its key screens look as they are kept."""

import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser

from services.portal.actions.operations.demo import PEOPLE
from services.portal.actions.operations.demo.stories import STORIES
from tests.support import screens
from tests.support.browser import scrolls_sideways, violations
from tests.support.screens import SCREENS, SIZES, difference, is_alike, path_of
from tests.support.stack import Stack, a_stack
from tests.support.studio import Studio


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One of its own: nobody else's vendors are in its pictures."""
    with a_stack(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="module")
def said(stack: Stack) -> str:
    """What the demo prints when it is made."""
    return stack.bursar("demo").stdout


@pytest.fixture(scope="module")
def studio(stack: Stack, said: str, browser: Browser) -> Studio:
    assert "nocturna" in said
    return screens.a_studio(stack, browser)


def test_the_links_that_it_prints_work(stack: Stack, said: str) -> None:
    links = {*re.findall(r"http://\S+", said)} - {*_ORIGINS}

    assert {f"{stack.base_url}/p/{slug}-test" for slug in screens.VENDORS} <= links
    assert f"{stack.base_url}/mailbox" in links
    for link in links:
        answer = stack.request("GET", link.removeprefix(stack.base_url))
        assert answer.status_code in (200, 303), link
    for person in (*PEOPLE["heliodor"], *PEOPLE["nocturna"]):
        assert re.search(rf"{person.email} +{re.escape(STORIES[person.story].state)}", said)


def test_made_again_it_adds_nothing_and_shows_no_key(studio: Studio) -> None:
    def all_there_is() -> dict[str, list[int]]:
        kinds = ("customers", "subscriptions", "payments", "tickets", "delegates")
        return {slug: [len(studio.get(slug, f"/v1/{kind}?limit=100")) for kind in kinds] for slug in screens.VENDORS}

    before = all_there_is()
    again = studio.stack.bursar("demo").stdout

    assert "sk_" not in again
    assert all_there_is() == before
    assert [before[slug][0] for slug in screens.VENDORS] == [8, 16, 16]
    assert [before[slug][4] for slug in screens.VENDORS] == [0, 2, 2]


@pytest.mark.parametrize(("slug", "story"), [(slug, story) for slug in PEOPLE for story in STORIES])
def test_everybody_gets_in_and_axe_finds_nothing(studio: Studio, slug: str, story: str) -> None:
    person = next(each for each in PEOPLE[slug] if each.story == story)
    with studio.portal(slug, person.email, phone=slug == "nocturna") as page:
        assert page.locator("main .card").count() >= 1
        assert violations(page) == []
        assert not scrolls_sideways(page)


@pytest.mark.feature("B09")
@pytest.mark.parametrize("name", SCREENS)
def test_a_key_screen_looks_as_it_is_kept(studio: Studio, name: str) -> None:
    baseline = Image.open(path_of(name)).convert("RGB")

    now = SCREENS[name](studio)

    assert is_alike(now, baseline), (now.size, baseline.size, difference(now, baseline))


@pytest.mark.feature("B09")
@pytest.mark.parametrize("width", [width for _number, width in SIZES])
@pytest.mark.parametrize("path", ["", "/invoices", "/details", "/payment-methods"])
def test_no_size_scrolls_sideways(studio: Studio, width: int, path: str) -> None:
    with studio.portal("heliodor", "mira@halden.example", path, width=width) as page:
        assert not scrolls_sideways(page)
        assert violations(page) == []


def test_a_page_that_lost_its_style_would_be_noticed(studio: Studio) -> None:
    studio.is_bare = True
    try:
        bare = SCREENS["02-overview"](studio)
    finally:
        studio.is_bare = False

    assert not is_alike(bare, Image.open(path_of("02-overview")).convert("RGB"))


def test_the_kept_pictures_are_small_and_each_is_listed() -> None:
    kept = {path.name for path in screens.FOLDER.glob("*.webp")}
    listed = (screens.FOLDER / "README.md").read_text()

    assert kept == {path_of(name).name for name in SCREENS}
    assert all(path_of(name).stat().st_size < screens.LARGEST for name in SCREENS)
    assert all(f"({name}.webp)" in listed for name in SCREENS)


_ORIGINS = ("http://localhost:3000,", "http://localhost:8000,", "http://127.0.0.1:8000")

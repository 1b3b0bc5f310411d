"""Living through the demo: a vendor's clock starts two years ago, and between the deeds the engine does what is due."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import select

from services.portal.actions.operations import test_clock
from services.portal.actions.operations.demo import deeds, shops
from services.portal.actions.operations.demo.deeds import Deed
from services.portal.actions.operations.demo.people import PEOPLE, Person
from services.portal.actions.operations.demo.scene import Scene
from services.portal.actions.operations.demo.shops import SHOPS
from services.portal.actions.operations.demo.stories import FIRST, STORIES, months_before
from services.portal.adapters import Adapters
from services.portal.models import Product
from shared import clock
from shared.database import Begin

__all__ = ["SHOPS", "Told", "live"]

SEED: Final = 20261122
_HOURS: Final = (7, 20)
_Moment = tuple[datetime, int, Callable[[Scene], None]]


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who is in which state; `is_new` is false where everybody was there before."""

    states: tuple[tuple[str, str], ...]
    is_new: bool


def live(begin: Begin, adapters: Adapters, *, slug: str) -> Told:
    """Fill the scope's vendor, once. A run that broke off is not told again, but its time is brought to the present.

    Raises ClockGoesBack for a vendor that sells nothing yet, but has a clock of its own.
    """
    now = clock.now()
    with begin() as session:
        is_new = session.scalar(select(Product.id).limit(1)) is None
        if is_new:
            test_clock.begin_at(session, at=months_before(now, FIRST))
    if is_new:
        scene = Scene(begin=begin, adapters=adapters)
        with scene.step() as (session, then):
            scene.plans = shops.furnish(session, SHOPS[slug], now=then)
        _play(scene, PEOPLE[slug], until=now)
    test_clock.catch_up(begin, adapters.processors)
    states = tuple((STORIES[each.story].state, each.email) for each in PEOPLE[slug])
    return Told(states=states, is_new=is_new)


def _play(scene: Scene, people: tuple[Person, ...], *, until: datetime) -> None:
    """Every deed in order, each at its moment."""
    for moment, _, does in sorted(_moments(people, now=until), key=lambda each: each[:2]):
        with scene.step() as (_, now):
            is_ahead = moment > now  # the clock stops at whole seconds, so it may have passed this one
        if is_ahead:
            test_clock.advance(scene.begin, scene.adapters.processors, to=moment)
        does(scene)


def _moments(people: tuple[Person, ...], *, now: datetime) -> list[_Moment]:
    """What happens when. The hour of a day is drawn, from the same seed each time."""
    draw = random.Random(SEED)  # noqa: S311 - nothing is secret about it
    found: list[_Moment] = []
    for person in people:
        hour = now.replace(hour=draw.randint(*_HOURS), minute=draw.randrange(0, 60, 5), second=0, microsecond=0)
        today = hour if hour < now else hour - timedelta(days=1)
        beats = STORIES[person.story].beats
        found.append((beats[0].at(today), len(found), partial(_joins, person)))
        found += [
            (beat.at(today), len(found) + n, partial(_does, beat.deed, person.email)) for n, beat in enumerate(beats)
        ]
    return found


def _does(deed: Deed, email: str, scene: Scene) -> None:
    deed(scene, email)


def _joins(person: Person, scene: Scene) -> None:
    deeds.join(scene, person)

"""The console's pages about customers: found, looked at, and acted for."""

from typing import Final

from flask import Blueprint

from services.portal.pages.console.customers import acting, credit, find, privacy, profile, refunding, timeline

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    find.blueprint,
    profile.blueprint,
    timeline.blueprint,
    privacy.blueprint,
    acting.blueprint,
    refunding.blueprint,
    credit.blueprint,
)

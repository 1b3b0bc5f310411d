"""The console's pages about what customers ask for: the queue, one ticket, saved replies, and helpdesks."""

from typing import Final

from flask import Blueprint

from services.portal.pages.console.tickets import helpdesks, one, queue, replies

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    queue.blueprint,
    helpdesks.blueprint,
    replies.blueprint,
    one.blueprint,
)

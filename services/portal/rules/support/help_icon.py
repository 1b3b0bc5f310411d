"""DECIDES where the help icon on a vendor's own pages leads, and whether there is one.

A vendor's page names a helpdesk, or a portal of kind helpdesk. Where that works elsewhere (the helpdesk's `url`, the
portal's `embed.help_url`) the icon leads there, over https alone. A helpdesk of ours leads to the portal that sends its
tickets to it: to its first page, with *My Orders*, where that is a helpdesk's own portal, else to its tickets. A closed
one, and one that nothing leads to, has no icon.

Worked example: the helpdesk has the address `https://help.shop.example/` and a portal: the icon leads to the address.
"""

from dataclasses import dataclass

from services.portal.rules.support.helpdesk import is_https


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A helpdesk as the icon needs it.

    `url` is its address elsewhere, `portal` the slug of the portal with its tickets, `is_own` whether that portal is
    there for the helpdesk.
    """

    is_closed: bool
    url: str | None
    portal: str | None
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class Help:
    """Where help is: at `url`, or on the page `path` of the portal with the slug `portal`."""

    url: str | None = None
    portal: str | None = None
    path: str = ""


def decide(desk: Desk) -> Help | None:
    """Where the icon leads; None: there is none."""
    if desk.is_closed:
        return None
    if desk.url is not None and is_https(desk.url):
        return Help(url=desk.url)
    return None if desk.portal is None else Help(portal=desk.portal, path="" if desk.is_own else "/tickets")

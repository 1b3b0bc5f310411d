"""Portal configurations, told by portal."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class PortalConfigurationPublished(Event):
    """A portal looks and behaves like this from now on. `revision` grows; keep the largest.

    `slug` is its address under `/p/`. `sign_in_methods` names the ways in. `appearance` holds
    `brand_color`, `headline`, `description`, `logo`; `languages` holds `auto_detect`, `default_locale`;
    `links` holds `privacy`, `terms`, `return`, `support`; each value possibly null.
    """

    name = "portal_configuration.published"
    version = 1

    configuration: str
    slug: str
    active: bool
    display_name: str
    sign_in_methods: list[str]
    appearance: dict[str, Any]
    languages: dict[str, Any]
    links: dict[str, Any]
    revision: int


@dataclass(frozen=True, kw_only=True)
class PortalConfigurationPublishedV2(Event):
    """A portal looks and behaves like this from now on. `revision` grows; keep the largest.

    As version 1, which is told beside it, with all of `sign_in`: `methods` names the ways in, `cross_device` says
    what a mailed link does in another browser than the one that asked (`confirm` or `code`).
    """

    name = "portal_configuration.published"
    version = 2

    configuration: str
    slug: str
    active: bool
    display_name: str
    sign_in: dict[str, Any]
    appearance: dict[str, Any]
    languages: dict[str, Any]
    links: dict[str, Any]
    revision: int

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

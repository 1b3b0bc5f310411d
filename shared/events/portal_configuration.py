"""Portal configurations, told by portal."""

from dataclasses import dataclass
from typing import Any

from shared.events.base import Event


@dataclass(frozen=True, kw_only=True)
class PortalConfigurationPublished(Event):
    """A portal looks and behaves like this from now on. `revision` grows; keep the largest.

    `slug` is its address under `/p/`. `sign_in_methods` names the ways in. `appearance` holds
    `brand_color`, `headline`, `description`, `logo`, `logo_dark`; `languages` holds `auto_detect`, `default_locale`;
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


@dataclass(frozen=True, kw_only=True)
class PortalConfigurationPublishedV3(Event):
    """A portal looks and behaves like this from now on. `revision` grows; keep the largest.

    As version 2, with what it is (`kind`: hosted, widget, global or helpdesk; `is_default`), where it may be embedded
    (`embed`: `allowed_origins`, `events`, `debug`, `help_url`), the host and path of its own once they are proven
    (`domain`: `host`, `path`; else null), and where it leads back to (`default_return_url`, possibly null). `sign_in`
    may also say how long things last: `link_minutes` (else 10), `session_idle_minutes` (else 30), `session_hours`
    (else 12).

    `appearance` may also hold `background_color`, `font`, `theme`, `actions_layout`, `show_heading`, `powered_by` and
    the heading by language, `translations`; never the vendor's own style rules, which no other service wears.
    """

    name = "portal_configuration.published"
    version = 3

    configuration: str
    slug: str
    kind: str
    is_default: bool
    active: bool
    display_name: str
    sign_in: dict[str, Any]
    embed: dict[str, Any]
    domain: dict[str, Any] | None
    default_return_url: str | None
    appearance: dict[str, Any]
    languages: dict[str, Any]
    links: dict[str, Any]
    revision: int

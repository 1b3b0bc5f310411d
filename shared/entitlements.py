"""ENTITLEMENTS: what the operator of an installation may withhold from a vendor. The portal itself never is (J04)."""

from enum import StrEnum


class Entitlement(StrEnum):
    """By the name that the API has for it. Whoever has none of them withheld has them all."""

    HELPDESKS = "helpdesks"
    OWN_DOMAIN = "own_domain"
    CUSTOM_CSS = "custom_css"

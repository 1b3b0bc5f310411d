"""What the invoices service is told."""

from dataclasses import dataclass

from shared.settings import CommonSettings


@dataclass(frozen=True, kw_only=True)
class Settings(CommonSettings):
    """Nothing beyond what every service is told."""

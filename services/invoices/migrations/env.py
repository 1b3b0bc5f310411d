"""Alembic's entry."""

from services.invoices.models import Base
from shared.database.migrations import run_env

run_env(Base.metadata)

"""What the sandbox processor remembers. Like another company's: no other table refers to these, nor they to any."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.portal.models.base import Base, Currency, Id
from shared.database import UtcDateTime


class SandboxSetup(Base):
    """A visit to the card page: who sent the customer, where they go back to, and what came of it."""

    __tablename__ = "sandbox_setups"
    __table_args__ = (Index("ix_sandbox_setups_expires_at", "expires_at"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    reference: Mapped[str] = mapped_column(String(200))
    return_url: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12))  # open, challenged, done, failed
    card: Mapped[str | None] = mapped_column(Id)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SandboxCard(Base):
    """What a test number means, never the number."""

    __tablename__ = "sandbox_cards"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    behavior: Mapped[str] = mapped_column(String(40))
    brand: Mapped[str] = mapped_column(String(20))
    last4: Mapped[str] = mapped_column(String(4))
    exp_month: Mapped[int] = mapped_column(Integer)
    exp_year: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SandboxCharge(Base):
    """A charge under its idempotency key. `status` succeeded, declined, action_required or silent (never told)."""

    __tablename__ = "sandbox_charges"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    card: Mapped[str] = mapped_column(Id)
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Currency)
    status: Mapped[str] = mapped_column(String(20))
    decline_code: Mapped[str | None] = mapped_column(String(40))
    return_url: Mapped[str | None] = mapped_column(Text)
    refunded: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SandboxRefund(Base):
    """A refund under its idempotency key."""

    __tablename__ = "sandbox_refunds"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    id: Mapped[str] = mapped_column(Id, unique=True)
    charge: Mapped[str] = mapped_column(Id)
    amount: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Whose data a query may touch, who is acting, on which request.

Every ORM statement about a `VendorScoped` table is narrowed to the scope's vendor and mode, and for
`CustomerScoped` ones, in a customer's scope, to that customer's ids. Without a scope it is refused.
Bulk statements on plain tables are not narrowed: they use `values()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Executable, String, Table, bindparam, event
from sqlalchemy import inspect as sa_inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria
from sqlalchemy.sql.visitors import ExternallyTraversible, iterate

from shared.database.base import CustomerScoped, VendorScoped
from shared.database.narrowing import narrowed
from shared.events import Actor, Mode


class Unscoped(RuntimeError):
    """A query about somebody's rows was asked without saying whose. A mistake in our code."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Whose rows, who acts, on which request, from where. `customers` is None when the caller may see all of them."""

    vendor: str
    mode: Mode
    actor: Actor
    request_id: str
    customers: tuple[str, ...] | None = None
    client_address: str | None = None  # of the request; nobody's for jobs and events


_current: ContextVar[Scope | None] = ContextVar("scope", default=None)
_platform: ContextVar[bool] = ContextVar("platform", default=False)


def current() -> Scope:
    """The scope we are in. Raises Unscoped outside of any."""
    scope = _current.get()
    if scope is None:
        raise Unscoped("no vendor and mode here; enter `scope.use(…)` first")
    return scope


@contextmanager
def use(scope: Scope) -> Iterator[Scope]:
    """Within the block, queries see this scope's rows only."""
    token, platform = _current.set(scope), _platform.set(False)
    try:
        yield scope
    finally:
        _current.reset(token)
        _platform.reset(platform)


@contextmanager
def system(*, vendor: str, mode: Mode, job: str, request_id: str = "") -> Iterator[Scope]:
    """The scope of work that nobody asked for: a job or a command, named `job`."""
    with use(Scope(vendor=vendor, mode=mode, actor=Actor(kind="system", id=job), request_id=request_id)) as scope:
        yield scope


@contextmanager
def platform() -> Iterator[None]:
    """Within the block, queries see every vendor's rows. For sign-in, jobs and verification, nothing else."""
    token = _platform.set(True)
    try:
        yield
    finally:
        _platform.reset(token)


def values() -> dict[str, str]:
    """`{"vendor": …, "mode": …}` of the scope, for bulk statements."""
    scope = current()
    return {"vendor": scope.vendor, "mode": scope.mode}


_VENDOR: Final = bindparam("scope_vendor", type_=String(), callable_=lambda: current().vendor)
_MODE: Final = bindparam("scope_mode", type_=String(), callable_=lambda: current().mode)
_CUSTOMERS: Final = bindparam(
    "scope_customers", type_=String(), expanding=True, callable_=lambda: list(current().customers or ())
)


def _of_vendor(model: type[VendorScoped]) -> ColumnElement[bool]:
    return (model.vendor == _VENDOR) & (model.mode == _MODE)


def _of_customers(model: type[CustomerScoped]) -> ColumnElement[bool]:
    return model.customer.in_(_CUSTOMERS)


_BY_VENDOR: Final = with_loader_criteria(VendorScoped, _of_vendor, include_aliases=True, track_closure_variables=False)
_BY_CUSTOMER: Final = with_loader_criteria(
    CustomerScoped, _of_customers, include_aliases=True, track_closure_variables=False
)


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    if _platform.get() or state.is_column_load or state.is_relationship_load:
        return
    scope = _current.get()
    if scope is None:
        if _touches_scoped(state.statement):
            raise Unscoped(f"a query without vendor and mode: {state.statement}")
        return
    criteria = (_BY_VENDOR,) if scope.customers is None else (_BY_VENDOR, _BY_CUSTOMER)
    state.statement = narrowed(state.statement, *criteria)


def _touches_scoped(statement: Executable) -> bool:
    parts = iterate(cast(ExternallyTraversible, statement))
    return any(isinstance(part, Table) and {"vendor", "mode"} <= set(part.columns.keys()) for part in parts)


@event.listens_for(Session, "before_flush")
def _own(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    """New rows belong to the scope; a row of somebody else is never written from it."""
    if _platform.get():
        return
    for row in (*session.new, *session.dirty):
        if isinstance(row, VendorScoped):
            scope = current()
            if not sa_inspect(row).dict.get("vendor"):
                row.vendor, row.mode = scope.vendor, scope.mode
            if (row.vendor, row.mode) != (scope.vendor, scope.mode):
                raise Unscoped(f"{type(row).__name__} of another vendor or mode")

"""Who may knock. Every view wears exactly one of these marks; what a caller may do is the rules' answer.

`create_app` refuses to start with a view that wears none, and a test walks every url map.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, Literal, TypeVar, cast, overload

from flask import request

from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.web.context import this
from shared.web.identity import Caller

View = TypeVar("View", bound=Callable[..., Any])
Audience = Literal["public", "customer", "staff", "api", "admin", "internal"]


class ScopeMissing(Forbidden):
    """The key lacks the scope that this asks for."""

    code = "scope_missing"


class SignInRequired(Unauthenticated):
    """A page for signed-in customers; the page's answer is the way to the sign-in."""

    code = "sign_in_required"


@dataclass(frozen=True, kw_only=True)
class Access:
    """The mark. `scope` for keys; `customers`: a customer's passport is welcome too; `open`: no passport needed."""

    audience: Audience
    scope: str | None = None
    customers: bool = False
    open: bool = False
    role: str | None = None


def public(view: View) -> View:
    """Anybody."""
    return _marked(view, Access(audience="public"), lambda _caller: None)


def customer(view: View) -> View:
    """A customer, signed in to the portal that the path names."""

    def check(caller: Caller | None) -> None:
        slug = (request.view_args or {}).get("slug")
        if caller is None or caller.kind != "customer" or (slug is not None and caller.portal != slug):
            raise SignInRequired(slug=slug)

    return _marked(view, Access(audience="customer"), check)


def api(scope: str, *, customers: bool = False) -> Callable[[View], View]:
    """An API key with `scope`; with `customers` also a customer's own passport, brought by a sibling."""

    def check(caller: Caller | None) -> None:
        if caller is None:
            raise Unauthenticated
        if customers and caller.kind == "customer":
            return
        if caller.kind not in ("key", "admin") or scope not in caller.scopes:
            raise ScopeMissing(scope=scope)

    return lambda view: _marked(view, Access(audience="api", scope=scope, customers=customers), check)


def admin(view: View) -> View:
    """The installation's own token."""

    def check(caller: Caller | None) -> None:
        if caller is None:
            raise Unauthenticated
        if caller.kind != "admin":
            raise Forbidden

    return _marked(view, Access(audience="admin"), check)


def staff(role: str) -> Callable[[View], View]:
    """A vendor user with at least this role."""

    def check(caller: Caller | None) -> None:
        if caller is None:
            raise Unauthenticated
        if caller.kind != "staff" or f"role:{role}" not in caller.scopes:
            raise Forbidden

    return lambda view: _marked(view, Access(audience="staff", role=role), check)


@overload
def internal(view: View) -> View: ...
@overload
def internal(*, open: bool) -> Callable[[View], View]: ...
def internal(view: Any = None, *, open: bool = False) -> Any:  # noqa: A002 - reads as `@internal(open=True)`
    """A sibling, by its own passport; `open` ones need none. The gateway routes neither."""

    def check(caller: Caller | None) -> None:
        if not open and caller is None:
            raise Unauthenticated
        if not open and caller is not None and caller.kind != "service":
            raise NotFound

    def mark(inner: View) -> View:
        return _marked(inner, Access(audience="internal", open=open), check)

    return mark if view is None else mark(view)


def writes(view: View) -> View:
    """A GET that has to write, such as noting when a session was last seen."""
    view.writes = True  # type: ignore[attr-defined]  # functions carry their marks
    return view


def _marked(view: View, access: Access, check: Callable[[Caller | None], None]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        check(this().caller)
        return view(*args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]  # functions carry their marks
    return cast(View, guarded)


MARK: Final = "access"

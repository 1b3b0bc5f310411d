"""Who may knock. Every view wears exactly one of these marks; what a caller may do is the rules' answer.

`create_app` refuses to start with a view that wears none, and a test walks every url map.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, Literal, TypeVar, cast, overload

from flask import current_app, request

from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.places import CONSOLE, GLOBAL
from shared.web.context import this
from shared.web.identity import Caller

View = TypeVar("View", bound=Callable[..., Any])
SAFE: Final = ("GET", "HEAD", "OPTIONS")
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


class RoleMissing(Forbidden):
    """A vendor's own people may do this, but not in this role."""

    code = "role_missing"


class VendorSuspended(Forbidden):
    """The operator has suspended the vendor: all may be read, nothing done."""

    code = "vendor_suspended"


class ReadOnlySession(Forbidden):
    """Staff who look on as a customer change nothing."""

    code = "read_only_session"


class ChoiceRequired(Unauthenticated):
    """Signed in, and several customers have the address: the page's answer is the way to choose one."""

    code = "choice_required"


def public(view: View) -> View:
    """Anybody."""
    return _marked(view, Access(audience="public"), lambda _caller: None)


def customer(view: View) -> View:
    """A customer, signed in to the portal that the path names."""

    def check(caller: Caller | None) -> None:
        slug = (request.view_args or {}).get("slug")
        if caller is None or not _is_inside(caller) or (slug is not None and caller.portal != slug):
            raise SignInRequired(slug=slug)
        if caller.is_looking_on and (request.method not in SAFE or _writes_all_the_same()):
            raise ReadOnlySession
        if not caller.customers:
            raise ChoiceRequired(slug=slug)

    return _marked(view, Access(audience="customer"), check)


def everywhere(view: View) -> View:
    """Somebody in the global portal, whose purchases are of no one vendor."""

    def check(caller: Caller | None) -> None:
        if caller is None or caller.kind != "customer" or caller.portal != GLOBAL:
            raise SignInRequired(slug=GLOBAL)

    return _marked(view, Access(audience="customer"), check)


def api(scope: str, *, customers: bool = False) -> Callable[[View], View]:
    """An API key with `scope`; with `customers` also a customer's own passport, brought by a sibling."""

    def check(caller: Caller | None) -> None:
        if caller is None:
            raise Unauthenticated
        if customers and _is_inside(caller):
            if caller.is_looking_on and request.method not in SAFE:
                raise ReadOnlySession
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
    """A vendor user with at least this role, in the console."""

    def check(caller: Caller | None) -> None:
        if caller is None or caller.kind != "staff" or caller.is_looking_on:
            raise SignInRequired(slug=CONSOLE)
        if f"role:{role}" not in caller.scopes:
            raise RoleMissing

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


def _writes_all_the_same() -> bool:
    """Whether the present view makes transactions of its own, whatever the method; any other's reads alone."""
    return bool(getattr(current_app.view_functions.get(request.endpoint or ""), "in_steps", False))


def _is_inside(caller: Caller) -> bool:
    """Whether this is a customer, or staff who see a customer's pages."""
    return caller.kind == "customer" or caller.is_looking_on


def is_signed_in(slug: str) -> bool:
    """Whether the present request is one of a customer of this portal, or of staff who look on."""
    caller = this().caller
    return caller is not None and _is_inside(caller) and caller.portal == slug


def writes(view: View) -> View:
    """A GET that has to write, such as noting when a session was last seen."""
    view.writes = True  # type: ignore[attr-defined]  # functions carry their marks
    return view


def _marked(view: View, access: Access, check: Callable[[Caller | None], None]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        check(this().caller)
        _refuse_while_suspended(access)
        return view(*args, **kwargs)

    guarded.access = access  # type: ignore[attr-defined]  # functions carry their marks
    return cast(View, guarded)


def _refuse_while_suspended(access: Access) -> None:
    """Ways in and out stay open to everybody: what is public, and what siblings do among themselves."""
    caller = this().caller
    is_doing = request.method not in SAFE and access.audience in ("customer", "staff", "api")
    if is_doing and caller is not None and caller.is_suspended:
        raise VendorSuspended


MARK: Final = "access"

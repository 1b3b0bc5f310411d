"""Cookies: `__Host-` and Secure, but on plain http://localhost, where each port keeps its own apart by name."""

from typing import Final
from urllib.parse import urlsplit

from flask import Response

from shared.settings import BadSettings

LOCAL_HOSTS: Final = ("localhost", "127.0.0.1", "::1")


def is_local(public_url: str) -> bool:
    """Whether plain HTTP is in order: on this machine only. Raises BadSettings for plain HTTP anywhere else."""
    parts = urlsplit(public_url)
    if parts.scheme == "https":
        return False
    if parts.hostname in LOCAL_HOSTS:
        return True
    raise BadSettings(f"PUBLIC_URL is {public_url}: plain http is for localhost only, use https")


def name(public_url: str, subject: str) -> str:
    """The full name of the cookie for `subject`. Two installations on one machine never share one."""
    if is_local(public_url):
        return f"bursar_{urlsplit(public_url).port or 80}_{subject}"
    return f"__Host-bursar_{subject}"


def put(answer: Response, public_url: str, subject: str, value: str, *, max_age: int | None = None) -> None:
    """Set it: HttpOnly, SameSite=Lax, this host alone. `max_age` in seconds, None: until the browser closes."""
    answer.set_cookie(
        name(public_url, subject),
        value,
        max_age=max_age,
        path="/",
        secure=not is_local(public_url),
        httponly=True,
        samesite="Lax",
    )


def drop(answer: Response, public_url: str, subject: str) -> None:
    """Take the cookie back."""
    answer.delete_cookie(
        name(public_url, subject), path="/", secure=not is_local(public_url), httponly=True, samesite="Lax"
    )

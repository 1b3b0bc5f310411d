"""Signing in: asking for a link and a code, using one of them, ending all of it."""

from services.auth.actions.sign_in.ask import SIGN_IN, STEP_UP, Visitor, Wish, ask, device_text, make_link
from services.auth.actions.sign_in.end import end_all
from services.auth.actions.sign_in.use import (
    CodesOff,
    SignedIn,
    Unusable,
    WrongCode,
    is_own_browser,
    use_code,
    use_link,
    works_in_browser,
)

__all__ = [
    "SIGN_IN",
    "STEP_UP",
    "CodesOff",
    "SignedIn",
    "Unusable",
    "Visitor",
    "Wish",
    "WrongCode",
    "ask",
    "device_text",
    "end_all",
    "is_own_browser",
    "make_link",
    "use_code",
    "use_link",
    "works_in_browser",
]

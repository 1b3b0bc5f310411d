"""Signing in: asking for a link and a code, using one of them, ending all of it."""

from services.auth.actions.sign_in.ask import RETURNS, SIGN_IN, STEP_UP, Visitor, Wish, ask, device_text, make_link
from services.auth.actions.sign_in.end import void
from services.auth.actions.sign_in.returning import EMAIL_RETURN, SentBack
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
    "EMAIL_RETURN",
    "RETURNS",
    "SIGN_IN",
    "STEP_UP",
    "CodesOff",
    "SentBack",
    "SignedIn",
    "Unusable",
    "Visitor",
    "Wish",
    "WrongCode",
    "ask",
    "device_text",
    "is_own_browser",
    "make_link",
    "use_code",
    "use_link",
    "void",
    "works_in_browser",
]

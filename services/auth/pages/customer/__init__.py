"""Signing in and out of a portal, in the portal's looks."""

from services.auth.pages.customer.choose import blueprint as choose
from services.auth.pages.customer.closed import show as show_closed
from services.auth.pages.customer.email import blueprint as email
from services.auth.pages.customer.entry import blueprint as entry
from services.auth.pages.customer.link import blueprint as link
from services.auth.pages.customer.logo import blueprint as logo
from services.auth.pages.customer.order import blueprint as order
from services.auth.pages.customer.people import blueprint as people
from services.auth.pages.customer.permanent import blueprint as permanent
from services.auth.pages.customer.portal import dress_error
from services.auth.pages.customer.sessions import blueprint as sessions
from services.auth.pages.customer.sign_in import blueprint as sign_in
from services.auth.pages.customer.step_up import ask_here
from services.auth.pages.customer.step_up import blueprint as step_up
from services.auth.pages.customer.step_up import siblings as step_up_siblings

__all__ = [
    "ask_here",
    "choose",
    "dress_error",
    "email",
    "entry",
    "link",
    "logo",
    "order",
    "people",
    "permanent",
    "sessions",
    "show_closed",
    "sign_in",
    "step_up",
    "step_up_siblings",
]

"""A page that says what went wrong, as its portal: also for people who are not signed in."""

from dataclasses import replace

from sqlalchemy.orm import Session

from services.portal.pages.customer import shell
from services.portal.queries import customers, widgets
from shared.database import scope
from shared.database.scope import Scope
from shared.errors import NotFound
from shared.ui import digest
from shared.web import caller_or_none, dress, places, prefer_language, request_id, speak_to
from shared.web.access import is_signed_in


def wear(session: Session, slug: str) -> None:
    """Looks and language of the active portal at this address. Raises NotFound."""
    portal = widgets.widget(session, address=slug)
    if portal.slug != slug:  # it was the portal's id
        raise NotFound
    prefer_language(portal.default_locale, detect=portal.auto_detect, texts=portal.texts)
    # The sign-in page's copy of the looks: ours is for those who are signed in.
    public = f"{places.home(slug)}/sign-in/brand.css?v={digest(portal.look)}"
    dress(replace(shell.brand_of(portal), stylesheet=public))
    _speak(session, slug)


def _speak(session: Session, slug: str) -> None:
    """Whoever is signed in reads it in the language on file."""
    who = caller_or_none()
    if who is None or not is_signed_in(slug) or who.vendor is None or who.mode is None:
        return
    here = Scope(
        vendor=who.vendor, mode=who.mode, actor=who.actor, request_id=request_id(), customers=tuple(who.customers)
    )
    with scope.use(here):
        speak_to(shell.language_of(customers.in_scope(session)))

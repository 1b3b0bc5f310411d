"""The vendors' console: one shell around the pages of several services, and what all of them need to know.

A page is `show("portal/console/….html", …)` with a template that extends `ui/console.html`; its view wears
`@staff(role)`. Who is in it comes with the passport, and the rest (name, vendor, other vendors) is asked of auth. What
the navigation offers is the table `SECTIONS`: a page that is not there has no way to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import Response, request

from shared import clock
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, StepUpRequired, TooMany
from shared.i18n import text
from shared.places import CONSOLE
from shared.ui import Brand
from shared.web.access import SignInRequired
from shared.web.console_standing import Asker, Standing
from shared.web.context import caller, session, wiring
from shared.web.htmx import language, prefer_language, render

HOME: Final = "/console"
LONGEST: Final = 1_000  # characters of any one-line field
FRESH: Final = timedelta(minutes=30)
"""How old a sign-in may be for what hands out power, or money."""
ROLES: Final = ("owner", "admin", "support", "read_only")
"""The most powerful first; each may what those after it may."""

_STATUS: Final[tuple[tuple[type[Refusal], int], ...]] = ((Forbidden, 403), (Conflict, 409), (TooMany, 429))


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the navigation: its address, the least role that sees it, and the key of what it is called."""

    path: str
    role: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """Pages that belong together. `symbol` is an icon, `name` the key of what it is called."""

    name: str
    symbol: str
    pages: tuple[Page, ...]


SECTIONS: Final = (
    Section(
        name="console.nav.overview",
        symbol="layout-dashboard",
        pages=(Page(path="/console/overview", role="read_only", name="console.nav.overview"),),
    ),
    Section(
        name="console.nav.customers",
        symbol="users",
        pages=(
            Page(path="/console/customers", role="read_only", name="console.nav.customers"),
            Page(path="/console/access/customers", role="read_only", name="console.customers.links"),
            Page(path="/console/imports", role="read_only", name="console.imports.title"),
            Page(path="/console/access/refusals", role="read_only", name="staff.refusals.title"),
        ),
    ),
    Section(
        name="console.nav.catalog",
        symbol="tag",
        pages=(
            Page(path="/console/catalog/campaigns", role="read_only", name="console.catalog.campaigns"),
            Page(path="/console/catalog/products", role="read_only", name="console.catalog.products"),
            Page(path="/console/catalog/plans", role="read_only", name="console.catalog.plans"),
            Page(path="/console/catalog/addons", role="read_only", name="console.catalog.addons"),
            Page(path="/console/catalog/plan-groups", role="read_only", name="console.catalog.plan-groups"),
            Page(path="/console/catalog/coupons", role="read_only", name="console.catalog.coupons"),
            Page(path="/console/catalog/meters", role="read_only", name="console.catalog.meters"),
        ),
    ),
    Section(
        name="console.nav.portals",
        symbol="app-window",
        pages=(
            Page(path="/console/portals", role="read_only", name="console.nav.portals"),
            Page(path="/console/access/ways", role="read_only", name="staff.ways.title"),
        ),
    ),
    Section(
        name="console.nav.tickets",
        symbol="ticket",
        pages=(
            Page(path="/console/tickets", role="read_only", name="console.tickets.title"),
            Page(path="/console/tickets/replies", role="read_only", name="console.replies.title"),
            Page(path="/console/tickets/helpdesks", role="read_only", name="console.helpdesks.title"),
        ),
    ),
    Section(
        name="console.nav.invoices",
        symbol="file-text",
        pages=(
            Page(path="/console/invoices", role="read_only", name="console.invoices.title"),
            Page(path="/console/invoices/ledger", role="read_only", name="console.ledger.title"),
            Page(path="/console/invoices/archives", role="read_only", name="console.archives.title"),
        ),
    ),
    Section(
        name="console.nav.messages",
        symbol="mail",
        pages=(
            Page(path="/console/messages", role="read_only", name="console.mail.title"),
            Page(path="/console/messages/texts", role="read_only", name="console.mail_texts.title"),
            Page(path="/console/messages/suppressions", role="read_only", name="console.suppressions.title"),
        ),
    ),
    Section(
        name="console.nav.developers",
        symbol="code",
        pages=(
            Page(path="/console/access/keys", role="admin", name="staff.keys.title"),
            Page(path="/console/access/secrets", role="admin", name="staff.secrets.title"),
            Page(path="/console/access/checker", role="support", name="staff.checker.title"),
            Page(path="/console/developers/embed", role="support", name="console.embed.title"),
            Page(path="/console/developers/webhooks", role="support", name="console.webhooks.title"),
            Page(path="/console/events", role="support", name="console.events.title"),
            Page(path="/console/developers/requests", role="support", name="console.requests.title"),
            Page(path="/console/clock", role="support", name="console.clock.title"),
        ),
    ),
    Section(
        name="console.nav.settings",
        symbol="settings",
        pages=(
            Page(path="/console/access/people", role="read_only", name="staff.people.title"),
            Page(path="/console/access/company", role="read_only", name="console.company.title"),
            Page(path="/console/domains", role="read_only", name="console.domains.title"),
            Page(path="/console/billing", role="read_only", name="console.billing.title"),
            Page(path="/console/record", role="read_only", name="console.record.title"),
            Page(path="/console/access/account", role="read_only", name="console.account.title"),
        ),
    ),
)
"""In the order of the navigation. Who has none of a section's pages does not see the section."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the shell shows around a page. `sections` are those the caller sees, with the pages they see of each."""

    who: Standing
    role: str
    mode: str
    sections: tuple[Section, ...]
    here: Section | None

    @property
    def initials(self) -> str:
        """Of whoever is signed in: of the name, else of the address."""
        words = (self.who.name or self.who.email.split("@")[0].replace(".", " ")).split()
        return "".join(word[0] for word in words[:2]).upper()

    def may(self, role: str) -> bool:
        """Whether the caller may do what takes this role."""
        return ROLES.index(self.role) <= ROLES.index(role)


def standing() -> Standing:
    """Who is in the console. Raises SignInRequired where that ended between the gateway's question and ours."""
    ask: Asker = wiring().console
    found = ask(caller())
    if found is None:
        raise SignInRequired(slug=CONSOLE)
    return found


def enter() -> Standing:
    """Who is in the console; texts are in their language from here on. Raises as `standing`."""
    who = standing()
    prefer_language(who.locale, detect=True)
    return who


def role() -> str:
    """The caller's role, as the passport says."""
    return next(each for each in ROLES if f"role:{each}" in caller().scopes)


def show(
    template: str,
    *,
    fragment: str | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
    **views: Any,
) -> Response:
    """A page in the console's shell; with a refusal, what was refused stands above it, and it is the status."""
    who = enter()
    return render(
        template,
        fragment=fragment,
        status=status_of(refusal) if refusal else status,
        brand=Brand(name="Bursar", home=HOME),
        console=_frame(who),
        refused=sentences(refusal) if refusal else (),
        **views,
    )


def answered(doing: Callable[[], Response], *, refused: Callable[[Refusal], Response]) -> Response:
    """What `doing` answers. What it refuses is told by the page `refused`, and nothing of it is kept."""
    try:
        return doing()
    except StepUpRequired:
        raise
    except (Invalid, Conflict, Forbidden, TooMany) as refusal:
        session().rollback()
        return refused(refusal)


def chosen(table: dict[str, Callable[[], Response]], named: str) -> Callable[[], Response]:
    """What a form's button stands for. Raises NotFound for what no button of ours says."""
    if named not in table:
        raise NotFound
    return table[named]


def check_fresh() -> None:
    """Raises StepUpRequired unless whoever is in the console signed in, or typed a code, within the last `FRESH`."""
    proven_at = caller().proven_at
    if proven_at is None or clock.now() - proven_at > FRESH:
        raise StepUpRequired(slug=CONSOLE)


def is_page(path: str) -> bool:
    """Whether the navigation leads there."""
    return any(path == page.path for section in SECTIONS for page in section.pages)


def status_of(refusal: Refusal) -> int:
    """The status of a page that tells of it."""
    return next((status for kind, status in _STATUS if isinstance(refusal, kind)), 422)


def sentences(refusal: Refusal) -> tuple[str, ...]:
    """What was refused, for people: a sentence a field, or one for all."""
    if isinstance(refusal, Invalid) and refusal.fields:
        return tuple(text(f"errors.field.{each.code}", language(), **dict(each.params)) for each in refusal.fields)
    return (text(f"errors.{refusal.code}", language(), **refusal.params),)


def reachable() -> tuple[Section, ...]:
    """The sections that the caller's role sees, with the pages it sees of each."""
    marks = frozenset(ROLES[ROLES.index(role()) :])
    return tuple(
        Section(name=each.name, symbol=each.symbol, pages=pages)
        for each in SECTIONS
        if (pages := tuple(page for page in each.pages if page.role in marks))
    )


def _frame(who: Standing) -> Frame:
    mine, sections = role(), reachable()
    here = next((each for each in sections for page in each.pages if is_inside(page.path)), None)
    return Frame(who=who, role=mine, mode=caller().mode or "", sections=sections, here=here)


def is_inside(path: str) -> bool:
    """Whether the present page is the one at `path`, or below it."""
    return request.path == path or request.path.startswith(f"{path}/")

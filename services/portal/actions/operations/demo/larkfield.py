"""Larkfield: a small music shop, there on the first start, with customers in plain situations. Dates count from now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.portal.actions import customers, payments, portals, products, subscriptions
from services.portal.models import Campaign, PortalConfiguration, Vendor
from services.portal.queries.customers import CustomerView
from services.portal.queries.products import PlanView, ProductView
from services.portal.queries.subscriptions import SubscriptionView
from services.portal.rules.customers import details
from services.portal.rules.payments import recording
from services.portal.rules.subscriptions.cancellation import Timing
from services.portal.rules.subscriptions.period import Interval
from services.portal.rules.subscriptions.period import calculate as period_containing
from shared.database import scope
from shared.money import Money
from shared.totals import Line

CAMPAIGN: Final = "Larkfield Music"
DAY: Final = timedelta(days=1)
WIDGET_ORIGINS: Final = ("http://localhost:3000", "http://localhost:8000", "http://127.0.0.1:8000")
_STUDIO: Final = ("Scores and takes of the whole band", "Notes on every bar", "100 GB of recordings")
_LIBRARY: Final = ("Every score we ever printed", "Print as often as you like")
_SAY: Final = "A yearly library can't be canceled here. Write to help@larkfield.example and we find a way."


@dataclass(frozen=True)
class _Operator:
    """Whoever runs `bursar demo`, in the eyes of rules that ask who cancels."""

    kind: str = "key"
    assurance: None = None
    proven_at: None = None
    session: None = None
    portal: None = None
    way_in: None = None
    role: None = None


@dataclass(frozen=True)
class _Plans:
    team: PlanView
    team_yearly: PlanView
    library: PlanView
    library_yearly: PlanView


def seed(session: Session, *, now: datetime) -> bool:
    """Fill the scope's vendor and mode, once. False when it was there before."""
    _widget(session, now)
    if session.scalar(select(Campaign.id).where(Campaign.name == CAMPAIGN)) is not None:
        return False
    plans = _catalog(session, now - 800 * DAY)
    _running(session, plans, now)
    _leaving(session, plans, now)
    _buying(session, now)
    return True


def _widget(session: Session, now: datetime) -> None:
    """A portal to be embedded, in pages that are tried out on one's own machine."""
    slug = f"{session.get_one(Vendor, scope.current().vendor).slug}-widget-test"
    if session.scalar(select(PortalConfiguration.id).where(PortalConfiguration.slug == slug)) is not None:
        return
    portals.create(
        session,
        slug=slug,
        preset="billflow",
        values={
            "name": "Widget",
            "embed": {"allowed_origins": list(WIDGET_ORIGINS), "debug": True},
            "sign_in": {"methods": ["email", "portal_session", "hmac_v1", "hmac_v2"]},
        },
        now=now,
    )


def _catalog(session: Session, at: datetime) -> _Plans:
    campaign = products.create_campaign(session, name=CAMPAIGN, now=at)
    session.flush()
    studio = products.create_product(
        session,
        name="Larkfield Studio",
        campaign=campaign.id,
        description="Scores, takes and notes of a whole band in one place.",
        tax_rate=1900,
        tax_behavior="inclusive",
        unit_label="seat",
        unit_label_plural="seats",
        now=at,
    )
    library = products.create_product(
        session,
        name="Sheet Music Library",
        campaign=campaign.id,
        description="Every score we ever printed.",
        tax_rate=700,
        tax_behavior="inclusive",
        now=at,
    )
    session.flush()
    return _plans(session, studio, library, at)


def _plans(session: Session, studio: ProductView, library: ProductView, at: datetime) -> _Plans:
    includes = {studio.id: _STUDIO, library.id: _LIBRARY}

    def plan(
        of: ProductView, name: str, cents: int, interval: Interval, cancel: str = "inherit", say: str | None = None
    ) -> PlanView:
        return products.create_plan(
            session,
            product=of.id,
            name=name,
            price=Money(cents, "EUR"),
            interval=interval,
            features=includes[of.id],
            cancel=cancel,
            cancel_message=say,
            now=at,
        )

    return _Plans(
        team=plan(studio, "Team plan", 2500, Interval.MONTH),
        team_yearly=plan(studio, "Team plan, yearly", 25000, Interval.YEAR),
        library=plan(library, "Library", 990, Interval.MONTH),
        library_yearly=plan(library, "Library, yearly", 9900, Interval.YEAR, cancel="deny", say=_SAY),
    )


def _running(session: Session, plans: _Plans, now: datetime) -> None:
    mira = _customer(
        session, now - 340 * DAY, "mira@tessaly.example", "Mira Tessaly", company="Tessaly Quartet",
        address=["Lindenallee 8", "10115 Berlin"], country="DE",
    )  # fmt: skip
    _subscribed(session, mira, plans.team, quantity=2, since=now - 340 * DAY, now=now)
    kenji = _customer(
        session, now - 200 * DAY, "kenji@kobune.example", "山田 健二", company="小舟楽団",
        address=["〒604-8001", "京都市中京区木屋町 3-2"], country="JP",
    )  # fmt: skip
    _subscribed(session, kenji, plans.team_yearly, quantity=5, since=now - 200 * DAY, now=now)
    layla = _customer(
        session, now - 95 * DAY, "layla@andalus.example", "ليلى حداد", company="فرقة الأندلس",
        address=["شارع الحمراء ١٢", "بيروت"], country="LB",
    )  # fmt: skip
    _subscribed(session, layla, plans.library, quantity=1, since=now - 95 * DAY, now=now)
    priya = _customer(
        session, now - 715 * DAY, "priya@ragahouse.example", "Priya Nair", company="Raga House",
        address=["4 Lavelle Road", "Bengaluru 560001"], country="IN",
    )  # fmt: skip
    _subscribed(session, priya, plans.team, quantity=1, since=now - 715 * DAY, now=now)
    oskar = _customer(
        session, now - 60 * DAY, "oskar@fjordkor.example", "Oskar Lindqvist",
        address=["Skeppsgatan 3", "211 11 Malmö"], country="SE",
    )  # fmt: skip
    _subscribed(session, oskar, plans.library_yearly, quantity=1, since=now - 60 * DAY, now=now)


def _leaving(session: Session, plans: _Plans, now: datetime) -> None:
    jonas = _customer(
        session, now - 130 * DAY, "jonas@nordlicht.example", "Jonas Weber",
        address=["Hafenstraße 21", "20359 Hamburg"], country="DE", locale="de",
    )  # fmt: skip
    leaving = _subscribed(session, jonas, plans.library, quantity=1, since=now - 130 * DAY, now=now)
    subscriptions.cancel(
        session, subscription_id=leaving.id, by=_Operator(), timing=Timing.AT_PERIOD_END, feedback="unused",
        now=now - timedelta(hours=5),
    )  # fmt: skip
    amelie = _customer(
        session, now - 300 * DAY, "amelie@riviere.example", "Amélie Rivière",
        address=["7 rue des Lilas", "69002 Lyon"], country="FR",
    )  # fmt: skip
    over = _subscribed(session, amelie, plans.team, quantity=3, since=now - 300 * DAY, now=now - 75 * DAY)
    subscriptions.cancel(
        session, subscription_id=over.id, by=_Operator(), timing=Timing.IMMEDIATELY, feedback="too_expensive",
        now=now - 75 * DAY,
    )  # fmt: skip


def _buying(session: Session, now: datetime) -> None:
    zoe = _customer(
        session, now - 50 * DAY, "zoe@brassline.example", "Zoë Okafor",
        address=["22 Canal Street", "Bristol BS1 4RW"], country="GB",
    )  # fmt: skip
    for days, title, quantity, price in ((50, "Brass quintets, volume 1", 1, 2400), (12, "Reeds", 3, 1290)):
        line = recording.line_of(description=title, quantity=quantity, amount=quantity * price, tax_rate=700)
        _paid(session, zoe, line, None, now - days * DAY)


def _customer(session: Session, at: datetime, email: str, name: str, **more: object) -> CustomerView:
    given = details.decide(email=email, display_name=name, **more)  # type: ignore[arg-type]  # literals above
    made = customers.create(session, given=given, now=at)
    session.flush()
    return made


def _subscribed(
    session: Session, customer: CustomerView, plan: PlanView, *, quantity: int, since: datetime, now: datetime
) -> SubscriptionView:
    """A subscription since then, each of its periods until now paid."""
    made = subscriptions.start(session, customer=customer.id, plan=plan.id, quantity=quantity, now=since).view
    session.flush()
    at = since
    while at <= now:
        period = period_containing(anchor=since, interval=plan.interval, interval_count=plan.interval_count, at=at)
        line = Line(
            description=plan.name,
            quantity=quantity,
            unit_amount=plan.unit_amount,
            amount=quantity * plan.unit_amount,
            tax_rate=made.tax_rate,
            period_start=period.start.isoformat(),
            period_end=period.end.isoformat(),
        )
        _paid(session, customer, line, made.id, period.start)
        at = period.end
    return made


def _paid(session: Session, customer: CustomerView, line: Line, subscription: str | None, at: datetime) -> None:
    payments.record(
        session,
        customer=customer.id,
        lines=[line],
        currency="EUR",
        tax_behavior="inclusive",
        paid_at=at,
        method="SEPA direct debit",
        subscription=subscription,
        historical=True,
        now=at,
    )

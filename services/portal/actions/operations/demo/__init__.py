"""The demo: Larkfield at once; Heliodor and Nocturna with two years of history, lived on clocks of their own."""

from services.portal.actions.operations.demo.larkfield import WIDGET_ORIGINS, seed
from services.portal.actions.operations.demo.people import PEOPLE, Person
from services.portal.actions.operations.demo.run import SHOPS, Told, live

__all__ = ["PEOPLE", "SHOPS", "WIDGET_ORIGINS", "Person", "Told", "live", "seed"]

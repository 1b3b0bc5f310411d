"""When an answer is due, in words."""

from datetime import timedelta

from shared.i18n import format_ahead, format_span
from shared.web.htmx import language, translate


def words(due_in: timedelta) -> str:
    """`Due in 3 hours`, or `2 hours late` for a negative one."""
    if due_in < timedelta():
        return translate("console.ticket.late", time=format_span(due_in, language()))
    return translate("console.ticket.due", time=format_ahead(due_in, language()))

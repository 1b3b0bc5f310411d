"""Imports and the action log."""

from typing import Final, get_args

import marshmallow as ma

from services.portal.rules.operations.import_row import Kind
from services.portal.schemas.base import choice, moment, page_of, reference, shown, shown_number, text
from shared.events import ActorKind
from shared.web.fields import File, Schema, Str
from shared.web.paging import PageArgs

_ACTORS: Final = get_args(ActorKind)


class NewImport(Schema):
    """A file, and what to do with it."""

    file = File("CSV, UTF-8", required=True)
    kind = choice(tuple(each.value for each in Kind), "What the file holds", required=True)
    all_or_nothing = Str(
        load_default="false", validate=ma.validate.OneOf(["true", "false"]), metadata={"description": "true or false"}
    )
    dry_run = Str(
        load_default="false",
        validate=ma.validate.OneOf(["true", "false"]),
        metadata={"description": "true: only say what it would do; it is kept for 24 hours, to be confirmed"},
    )


class ImportRowError(Schema):
    """What is wrong with a row."""

    line = shown_number("Which line of the file; the header is line 1; 0 where it came from a billing source")
    field = shown("Which column, or which object of the source; empty for the whole line")
    code = shown("Stable code")
    detail = shown("What is wrong, in a sentence")


class Import(Schema):
    """A file that was brought in."""

    id = shown("`imp_…`")
    kind = shown("payments, customers or subscriptions; stripe for all that a billing source has")
    file_name = shown("What the file was called; empty for a billing source")
    all_or_nothing = ma.fields.Boolean(metadata={"description": "Nothing goes in if one row is wrong"})
    status = shown(
        "`running`, `completed`, `completed_with_errors` or `refused`; of a dry run `checked` until it is confirmed,"
        " `discarded` or `expired`; `failed` where it could not be brought in"
    )
    rows = shown_number("How many rows it had")
    added = shown_number("How many went in")
    customers_added = shown_number("How many customers were made for them")
    unchanged = shown_number("How many were here before")
    refused = shown_number("How many could not be used")
    errors = ma.fields.List(ma.fields.Nested(ImportRowError), metadata={"description": "The first thousand"})
    created_at = moment("When it began")
    finished_at = moment("When it was done", allow_none=True)


class ActionLogEntry(Schema):
    """A line of the action log."""

    id = shown("`log_…`")
    actor_kind = shown("customer, delegate, staff, key or system")
    actor_id = shown("Who")
    actor_name = shown("The name or address of a delegate", allow_none=True)
    action = shown("What was done")
    object = shown("To what")
    customer = shown("On whose account", allow_none=True)
    rule = shown("The level of the policy that decided", allow_none=True)
    before = ma.fields.Dict(allow_none=True, metadata={"description": "Values before"})
    after = ma.fields.Dict(allow_none=True, metadata={"description": "Values after"})
    request_id = shown("On which request")
    client_address = shown("From which address", allow_none=True)
    at = moment("When")
    sequence = shown_number("Its place in the chain; null for the moment until it is sealed", allow_none=True)
    hash = shown("SHA-256 over the line and the hash of the one before", allow_none=True)


ImportPage = page_of(Import)
EntryPage = page_of(ActionLogEntry)


class LogBreak(Schema):
    """A place where the log is not as it was sealed."""

    sequence = shown_number("Which line of the chain")
    entry = shown("`log_…`; null where lines are gone from the end", allow_none=True)
    fault = shown("What is wrong there")


class LogCheck(Schema):
    """What a check of the log found."""

    mode = shown("`live` or `test`")
    lines = shown_number("How many sealed lines")
    head = shown("The hash of the last one")
    break_count = shown_number("How many places are wrong; 0: the log is whole")
    breaks = ma.fields.List(ma.fields.Nested(LogBreak), metadata={"description": "The first hundred of them"})


class EntryArgs(PageArgs):
    """Which entries."""

    object = reference("What was done to this", load_default=None)
    customer = reference("What was done on the account of this customer", load_default=None)
    about = text(80, "An id: what was done to it, on its account, or by it", load_default=None)
    actor_kind = choice(_ACTORS, "Who did it", load_default=None)
    action = text(80, "What was done, such as `subscription.canceled`", load_default=None)
    since = moment("From this moment on", load_default=None)
    until = moment("Before this moment", load_default=None)

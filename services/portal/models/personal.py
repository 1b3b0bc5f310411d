"""HOLDINGS: what portal holds of customers, column by column. Read `shared/database/personal.py` first.

Payments, refunds and invoices stay as the books that tax law asks for, without the free text a person wrote.
"""

from typing import Final

from sqlalchemy import Table

from services.portal.models.base import Base
from shared.database.personal import CLAIMS, TAX_LAW, Holding, Holdings, gone_address, own, own_id

_SCOPE: Final = " vendor mode"
_WIPED: Final = ""


HOLDINGS: Final[Holdings] = {
    "customers": Holding(
        whose=own_id,
        exported="id email display_name company reference address postal_address country tax_id tax_id_standing"
        " tax_id_verified_at po_number next_po_number phone shipping locale created_at",
        internal="email_key tax_id_check_at revision erased_at source_id source_read" + _SCOPE,
        erased={
            "email": gone_address,
            "email_key": gone_address,
            "address": [],
            **dict.fromkeys(
                "display_name company reference postal_address country tax_id tax_id_standing tax_id_verified_at"
                " tax_id_check_at po_number next_po_number phone shipping locale".split()
            ),
        },
    ),
    "subscriptions": Holding(
        whose=own,
        exported="id plan product order_number status quantity unit_amount currency interval interval_count tax_rate"
        " tax_behavior started_at current_period_start current_period_end canceled_at ends_at ended_at"
        " cancellation_feedback cancellation_comment trial_end pauses_at paused_at resumes_at scheduled_change discount"
        " license_key po_number addons created_at deleted_at",
        internal="anchor canceled_from collection payment_method due_at trial_notice_at resume_notice_at pending_lines"
        " addons_amount coupon resubscribed_from switches policies offered_at cancel cancel_timing cancel_message"
        " source_key revision source source_id source_read source_state customer" + _SCOPE,
        erased={"cancellation_comment": None, "license_key": None, "po_number": None},
        ground=CLAIMS,
    ),
    "payments": Holding(
        whose=own,
        exported="id subscription product kind period_start period_end description lines currency tax_behavior net tax"
        " total refunded status order_number method decline_code failed_at attempts license_key paid_at created_at",
        internal="payment_method retry_at action_url after credited historical source_key source_id customer" + _SCOPE,
        erased={"license_key": None, "action_url": None, "method": None},
        ground=TAX_LAW,
    ),
    "payment_attempts": Holding(
        whose=own,
        exported="id payment number status decline_code created_at settled_at",
        internal="payment_method key off_session processor_ref settle_at customer" + _SCOPE,
        ground=TAX_LAW,
    ),
    "payment_methods": Holding(
        whose=own,
        exported="id brand last4 exp_month exp_year is_default created_at removed_at",
        internal="processor token position noticed_days revision detach_at customer" + _SCOPE,
        # The token goes once the processor has forgotten the card (`actions.payments.detaching`).
        erased={"brand": _WIPED, "last4": _WIPED, "exp_month": 1, "exp_year": 0},
        ground=TAX_LAW,
    ),
    "refunds": Holding(
        whose=own,
        exported="id payment ticket amount currency reason comment cause status created_at settled_at",
        internal="key processor_ref settle_at revision customer" + _SCOPE,
        erased={"comment": None},
        ground=TAX_LAW,
    ),
    "credits": Holding(
        whose=own,
        exported="id source subscription payment description currency tax_rate tax_behavior amount remaining withdrawn"
        " withdrawn_at created_at",
        internal="customer" + _SCOPE,
        ground=TAX_LAW,
    ),
    "invoices": Holding(
        whose=own,
        exported="id subscription payment number order_number status currency net tax total description dated_at",
        internal="historical customer" + _SCOPE,
        ground=TAX_LAW,
    ),
    "credit_notes": Holding(
        whose=own,
        exported="id invoice payment refund number currency net tax total issued_at",
        internal="customer" + _SCOPE,
        ground=TAX_LAW,
    ),
    "coupon_redemptions": Holding(
        whose=own, exported="id coupon subscription redeemed_at", internal="customer" + _SCOPE, ground=CLAIMS
    ),
    "meters": Holding(internal="id name unit_label aggregation created_at archived_at revision" + _SCOPE),
    "usage_records": Holding(
        whose=own,
        exported="id subscription meter quantity at identifier created_at",
        internal="customer" + _SCOPE,
        is_deleted=True,
    ),
    "tickets": Holding(
        whose=own,
        exported="id helpdesk department subscription payment kind subject request status opened_at changed_at"
        " resolved_at due_at",
        internal="subject_key revision customer" + _SCOPE,
        erased={
            "subject": _WIPED,
            "status": "closed",
            **dict.fromkeys("subject_key request department due_at".split()),
        },
        ground=CLAIMS,
    ),
    "ticket_messages": Holding(
        whose=own,
        exported="id ticket number author_kind body at",
        internal="author_id customer" + _SCOPE,
        is_deleted=True,
    ),
    "document_recipients": Holding(
        whose=own,
        exported="id email documents status confirmed_at said_no_at created_at ended_at",
        internal="email_key asked revision customer" + _SCOPE,
        is_deleted=True,
    ),
    "delegates": Holding(whose=own, exported="id name", internal="customer" + _SCOPE, is_deleted=True),
    "action_log": Holding(
        whose=own,
        # What a line says before and after, and which rule decided, are the vendor's words; see `queries.activity`.
        exported="id actor_kind action object request_id client_address at",
        internal="actor_id customer rule before after sequence previous_hash hash" + _SCOPE,
        erased={"client_address": None},
        ground=CLAIMS,
        is_written_once=True,
    ),
    "erasures": Holding(
        whose=own,
        exported="id erased_at cleared kept",
        internal="erased_by customer" + _SCOPE,
        ground=CLAIMS,
    ),
    "exports": Holding(
        whose=own,
        exported="id status requested_at ready_at expires_at fetched_at",
        internal="requested_by size content attempts due_at customer" + _SCOPE,
        is_deleted=True,
    ),
    "action_log_heads": Holding(internal="sequence hash" + _SCOPE),
    "addons": Holding(
        internal="id product name description unit_label currency unit_amount interval interval_count plans minimum"
        " maximum created_at archived_at revision" + _SCOPE
    ),
    "billing_settings": Holding(internal="id settings created_at revision" + _SCOPE),
    "campaigns": Holding(internal="id name created_at archived_at revision" + _SCOPE),
    "confirmations": Holding(internal="hash session action object fingerprint expires_at used_at" + _SCOPE),
    "coupons": Holding(
        internal="id code name percent_off amount_off currency duration periods plans starts_at expires_at"
        " max_redemptions redeemed created_at archived_at revision source_id source_read" + _SCOPE
    ),
    "helpdesks": Holding(
        internal="id name email url departments answer_hours created_at archived_at revision" + _SCOPE
    ),
    "imports": Holding(
        internal="id kind file_name all_or_nothing status rows added customers_added unchanged refused errors"
        " created_at finished_at cursor due_at" + _SCOPE
    ),
    "import_files": Holding(  # for a day at most: of many people at once, and of whom nobody knows before it is read
        internal="id content size done attempts due_at confirmed_at actor_kind actor_id request_id" + _SCOPE
    ),
    "plan_groups": Holding(internal="id name switches created_at archived_at revision" + _SCOPE),
    "plans": Holding(
        internal="id product plan_group name currency unit_amount interval interval_count trial_days"
        " features usage refund_window_days policies cancel cancel_timing cancel_message created_at archived_at"
        " revision source_id source_read" + _SCOPE
    ),
    "products": Holding(
        internal="id campaign name description tax_rate tax_behavior unit_label unit_label_plural show_in_portal"
        " adjustable_quantity access_links refund_window_days policies cancel cancel_timing cancel_message created_at"
        " archived_at revision source_id source_read" + _SCOPE
    ),
    "portal_configurations": Holding(
        internal="id slug kind name display_name is_default active features sign_in appearance languages links scope"
        " embed login_page default_return_url domain_host domain_path domain_verified_at domain_checked_at"
        " domain_missing_since custom_css served_css css_digest created_at revision" + _SCOPE
    ),
    "portal_drafts": Holding(internal="configuration wanted changed_at changed_by" + _SCOPE),
    "portal_sightings": Holding(internal="configuration origin seen_at" + _SCOPE),
    "portal_versions": Holding(internal="id configuration number document published_at published_by" + _SCOPE),
    "saved_replies": Holding(internal="id name text created_at revision" + _SCOPE),
    # The sandbox stands for another company; what it has of a card goes when the card is detached.
    "sandbox_cards": Holding(internal="id behavior brand last4 exp_month exp_year created_at"),
    "sandbox_charges": Holding(
        internal="key id fingerprint card amount currency status decline_code return_url refunded created_at"
    ),
    "sandbox_refunds": Holding(internal="key id charge amount status created_at"),
    "sandbox_setups": Holding(internal="id reference return_url status card expires_at"),
    "source_calls": Holding(
        whose=own,
        exported="id subscription action status code created_at settled_at",
        internal="params key actor_kind actor_id request_id attempts settle_at customer" + _SCOPE,
        erased={"params": {}},  # a cancel's own words are among them
        ground=CLAIMS,
    ),
    "source_connections": Holding(internal="id source is_active sealed reads created_at revision" + _SCOPE),
    "source_events": Holding(internal="id source_id heard_at" + _SCOPE),
    "test_clocks": Holding(internal="id offset_seconds advancing_to changed_at revision" + _SCOPE),
    "vendors": Holding(
        internal="id slug display_name profile default_locale standing standing_revision revision"
        " entitlements entitlements_revision"
    ),
}
TABLES: Final[dict[str, Table]] = dict(Base.metadata.tables)

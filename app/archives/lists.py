"""The tables an archive has for people: what is asked, and how a row of it is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, pgettext
from flask_babel import gettext as say
from flask_babel import lazy_gettext as _
from sqlalchemy import TextClause, text

from app.appointments.statuses import SOURCES, WORDS
from app.businesses.models import Business
from app.core.spreadsheets import date_and_time, plain_amount
from app.payments.wording import METHODS


@dataclass(frozen=True, slots=True)
class List:
    """A table: its file, `what` is in it, its head, the rows of :business, and the cells of one."""

    name: str
    what: LazyString
    head: Sequence[LazyString]
    asked: TextClause
    cells: Callable[[Any, Business], Sequence[object]]


def _moment(at: Any, zone: str) -> Sequence[str]:
    return date_and_time(at, zone) if at else ("", "")


def _day(at: Any, zone: str) -> str:
    return date_and_time(at, zone)[0] if at else ""


def _amount(cents: int | None, currency: str) -> Decimal | None:
    return None if cents is None else plain_amount(cents, currency)


def _customer(it: Any, business: Business) -> Sequence[object]:
    return [
        *(it.id, it.name, it.email, it.phone, it.language, ", ".join(it.tags)),
        *(say("Yes") if it.blocked else "", it.blocked_reason, it.notes, _day(it.created_at, business.zone)),
    ]


def _booking(it: Any, _business: Business) -> Sequence[object]:
    day, begins = date_and_time(it.starts_at, it.zone)
    last_day, ends = date_and_time(it.ends_at, it.zone)
    answers = "\n".join(f"{said['question']} {said['answer']}" for said in it.answers.values())
    return [
        *(it.id, day, begins, last_day, ends, it.zone, WORDS[it.status], it.service_name, it.performer_name),
        *(it.customer_id, it.contact_name, it.contact_email, it.contact_phone, it.guest_name, it.places),
        *(_amount(it.total_cents, it.currency), it.currency, it.note, answers, it.member_note),
        *(
            SOURCES[it.source],
            *_moment(it.created_at, it.zone),
            _day(it.cancelled_at, it.zone),
            it.cancel_reason,
        ),
    ]


def _service(it: Any, business: Business) -> Sequence[object]:
    state = say("Offered") if it.active else pgettext("state", "Put away")
    per = {"visit": say("Visit"), "hour": say("Length of time"), "night": say("Night")}[it.unit]
    return [
        *(it.id, it.category, it.name, it.description, per, it.minutes or "", it.capacity),
        *(_amount(it.price_cents, business.currency), business.currency, Decimal(it.tax_bp) / 100),
        *(it.people, state),
    ]


def _person(it: Any, business: Business) -> Sequence[object]:
    roles = {"owner": say("Owner"), "manager": say("Manager"), "staff": say("Staff")}
    works = say("Yes") if it.works else say("No")
    return [it.id, it.name, it.title, it.about, roles.get(it.role, ""), it.email, it.services, works]


def _invoice(it: Any, business: Business) -> Sequence[object]:
    cents = (it.total_cents, it.tax_cents, it.paid_cents, it.refunded_cents)
    return [
        *(it.number, say("Invoice") if it.kind == "invoice" else say("Credit note"), it.corrects),
        *(_day(it.created_at, business.zone), it.issued_on, it.name, it.email, it.address),
        *(_amount(each, it.currency) for each in cents),
        *(it.currency, _day(it.void_at, business.zone)),
    ]


def _payment(it: Any, business: Business) -> Sequence[object]:
    return [
        *(*date_and_time(it.at, business.zone), say("Payment") if it.cents > 0 else say("Refund")),
        *(_amount(it.cents, it.currency), it.currency, METHODS[it.method], it.number, it.name),
        *(it.note, it.by_name),
    ]


# Whoever was merged into somebody else is there as that one; who was erased has nothing to say.
_CUSTOMERS = text("""
    SELECT c.id, c.name, c.email, c.phone, c.language, c.tags, c.blocked, c.blocked_reason, c.created_at,
           (SELECT string_agg(concat_ws(': ', n.author_name, n.body), E'\n' ORDER BY n.written_at, n.id)
              FROM customer_notes n WHERE n.business_id = c.business_id AND n.customer_id = c.id) AS notes
      FROM customers c
     WHERE c.business_id = :business AND c.merged_into IS NULL AND c.erased_at IS NULL
     ORDER BY c.id
""")
# What nobody finished booking is no booking.
_BOOKINGS = text("""
    SELECT b.*, a.starts_at, a.ends_at
      FROM bookings b JOIN appointments a ON a.business_id = b.business_id AND a.id = b.appointment_id
     WHERE b.business_id = :business AND b.customer_id IS NOT NULL AND b.status <> 'held'
     ORDER BY a.starts_at, b.id
""")
_SERVICES = text("""
    SELECT s.*, c.name AS category,
           (SELECT string_agg(r.name, ', ' ORDER BY r.name, r.id)
              FROM service_needs n
              JOIN resource_group_members m ON m.business_id = n.business_id AND m.group_id = n.group_id
              JOIN resources r ON r.business_id = m.business_id AND r.id = m.resource_id AND r.kind = 'staff'
             WHERE n.business_id = s.business_id AND n.service_id = s.id AND n.position = 1) AS people
      FROM services s
      LEFT JOIN service_categories c ON c.business_id = s.business_id AND c.id = s.category_id
     WHERE s.business_id = :business
     ORDER BY c.position NULLS LAST, c.id, s.position, s.id
""")
# Those who can be booked, and those who only look after things.
_STAFF = text("""
    WITH people AS (
        SELECT p.resource_id, p.user_id, p.title, p.about, r.name, r.active, p.position
          FROM staff_members p JOIN resources r ON r.business_id = p.business_id AND r.id = p.resource_id
         WHERE p.business_id = :business
    ), members AS (
        SELECT m.user_id, m.role, m.active, u.name, u.email
          FROM memberships m JOIN users u ON u.id = m.user_id
         WHERE m.business_id = :business AND u.deleted_at IS NULL
    )
    SELECT p.resource_id AS id, coalesce(p.name, m.name) AS name, p.title, p.about, m.email,
           CASE WHEN m.active THEN m.role END AS role, coalesce(p.active, m.active) AS works,
           (SELECT string_agg(s.name, ', ' ORDER BY s.name, s.id)
              FROM resource_group_members g
              JOIN service_needs n ON n.business_id = :business AND n.group_id = g.group_id AND n.position = 1
              JOIN services s ON s.business_id = :business AND s.id = n.service_id AND s.active
             WHERE g.business_id = :business AND g.resource_id = p.resource_id) AS services
      FROM people p FULL JOIN members m ON m.user_id = p.user_id
     ORDER BY p.position NULLS LAST, p.resource_id, m.name, m.user_id
""")
_INVOICES = text("""
    SELECT i.*, o.number AS corrects
      FROM invoices i LEFT JOIN invoices o ON o.business_id = i.business_id AND o.id = i.corrects_id
     WHERE i.business_id = :business
     ORDER BY i.id
""")
# As the page of takings counts: what came in, and what was promised back and did not fail.
_PAYMENTS = text("""
    SELECT p.succeeded_at AS at, p.received_cents AS cents, p.currency, p.method, i.number, i.name, p.note, p.by_name
      FROM payments p JOIN invoices i ON i.business_id = p.business_id AND i.id = p.invoice_id
     WHERE p.business_id = :business AND p.received_cents > 0 AND p.succeeded_at IS NOT NULL
    UNION ALL
    SELECT r.created_at, -r.amount_cents, p.currency,
           CASE WHEN p.method = 'stripe' AND r.status = 'succeeded' AND r.provider_ref IS NULL THEN 'other'
                ELSE p.method END, i.number, i.name, r.reason, r.by_name
      FROM refunds r
      JOIN payments p ON p.business_id = r.business_id AND p.id = r.payment_id
      JOIN invoices i ON i.business_id = p.business_id AND i.id = p.invoice_id
     WHERE r.business_id = :business AND r.status <> 'failed'
     ORDER BY at
""")
LISTS = (
    List(
        "customers",
        _("Your customers, with notes and tags."),
        (
            *(_("Number"), _("Name"), _("E-mail"), _("Phone"), _("Language"), _("Tags"), _("Blocked")),
            *(_("Blocked because"), _("Notes"), _("Known since")),
        ),
        _CUSTOMERS,
        _customer,
    ),
    List(
        "bookings",
        _("Each booking, those that were cancelled too."),
        (
            *(_("Number"), _("Date"), _("From"), _("Until date"), _("Until"), _("Time zone"), _("State")),
            *(_("Service"), _("Person"), _("Customer number"), _("Customer"), _("E-mail"), _("Phone")),
            *(_("For somebody else"), _("Places"), _("Price"), _("Currency"), _("Note"), _("Answers")),
            *(_("Internal note"), _("Booked by"), _("Booked on"), _("Booked at"), _("Cancelled on")),
            _("Cancelled because"),
        ),
        _BOOKINGS,
        _booking,
    ),
    List(
        "services",
        _("What you offer, and who does it."),
        (
            *(_("Number"), _("Category"), _("Name"), _("Description"), _("Booked as"), _("Minutes")),
            *(_("Places"), _("Price"), _("Currency"), _("Tax in percent"), _("People"), _("State")),
        ),
        _SERVICES,
        _service,
    ),
    List(
        "staff",
        _("The team: whoever can be booked, and whoever may sign in."),
        (
            *(_("Number"), _("Name"), _("Title"), _("About"), _("Role"), _("E-mail"), _("Services")),
            _("Works here"),
        ),
        _STAFF,
        _person,
    ),
    List(
        "invoices",
        _("Invoices and credit notes."),
        (
            *(_("Number"), _("What"), _("Corrects"), _("Date"), _("Issued on"), _("Name"), _("E-mail")),
            *(_("Address"), _("Total"), _("Tax"), _("Paid"), _("Given back"), _("Currency"), _("Void since")),
        ),
        _INVOICES,
        _invoice,
    ),
    List(
        "payments",
        _("What came in and what went back."),
        (
            *(_("Date"), _("Time"), _("What"), _("Amount"), _("Currency"), _("How"), _("Invoice")),
            *(_("Customer"), _("Note"), _("By")),
        ),
        _PAYMENTS,
        _payment,
    ),
)

"""Customers correct what they told the business when they booked: who comes, how to reach them, their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from app.appointments.allowing import allow, allowance_of
from app.appointments.changing import ChangedMeanwhile
from app.appointments.finding import bookings_of_visit
from app.appointments.models import Booking
from app.appointments.reminding import follow
from app.audit.models import record, rewrite
from app.businesses.locking import lock_schedule
from app.businesses.models import Business
from app.core.actor import Actor
from app.core.db import db
from app.notifications.models import Notification
from app.services.models import ServiceQuestion


@dataclass(frozen=True, slots=True)
class Correction:
    """Who comes, as the form cleaned it: lower-case e-mail, E.164 phone. `answers` are by the id of the question."""

    name: str
    email: str | None
    phone: str | None = None
    note: str | None = None
    guest_name: str | None = None
    questions: Sequence[ServiceQuestion] = ()
    answers: Mapping[str, Mapping[str, str]] | None = None


def correct(
    business: Business, booking: Booking, correction: Correction, *, by: Actor, now: datetime
) -> None:
    """Give all that is left of the visit of a booking these details, until it begins.

    The business's own record of the customer stays as it is. What is still to be sent about the visit goes to the new
    address. Raises AlreadyBegun, AlreadyOver or ChangedMeanwhile.
    """
    lock_schedule(business.id)
    bookings = bookings_of_visit(business.id, booking.visit)
    kept = [it for it in bookings if it.live]
    if not kept:
        raise ChangedMeanwhile
    allow(allowance_of(business, bookings, now).against_correcting)
    was = kept[0].contact_email
    for it in kept:
        columns = _columns(it, correction)
        if it is kept[0]:
            columns["note"] = correction.note
        _rewrite(it, columns, by=by, now=now)
    _keep_answers(kept, correction, by=by, now=now)
    if was and correction.email and was != correction.email:
        _send_elsewhere(bookings, was, correction.email)
    follow(business, kept, now)


def answer_of(bookings: Sequence[Booking], question: ServiceQuestion) -> str:
    """What was said to a question, in the words of then; empty for nothing."""
    said = next((it.answers[str(question.id)] for it in bookings if str(question.id) in it.answers), None)
    return str(said["answer"]) if said else ""


def _columns(booking: Booking, correction: Correction) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "contact_name": correction.name,
        "contact_email": correction.email,
        "contact_phone": correction.phone,
    }
    # Who booked said one note, which each part of the visit has.
    if booking.note is not None:
        columns["note"] = correction.note
    if booking.guest > 1:
        columns["guest_name"] = correction.guest_name
    return columns


def _keep_answers(bookings: Sequence[Booking], correction: Correction, *, by: Actor, now: datetime) -> None:
    """Each answer stays where it was; a new one goes to the first booking of its service, or of all."""
    for question in correction.questions:
        key = str(question.id)
        home = next((it for it in bookings if key in it.answers), None) or _home(bookings, question)
        answers = {name: said for name, said in home.answers.items() if name != key}
        given = (correction.answers or {}).get(key)
        if given:
            answers[key] = dict(given)
        _rewrite(home, {"answers": answers}, by=by, now=now)


def _home(bookings: Sequence[Booking], question: ServiceQuestion) -> Booking:
    of_service = (it for it in bookings if it.appointment.service_id == question.service_id)
    return next(of_service, bookings[0])


def _rewrite(booking: Booking, columns: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    changes = rewrite(booking, columns)
    if changes:
        record(
            "booking.corrected",
            "booking",
            booking.id,
            by=by,
            at=now,
            business_id=booking.business_id,
            changes=changes,
        )


def _send_elsewhere(bookings: Sequence[Booking], was: str, email: str) -> None:
    """Whatever waits to be sent to the customer about these goes to another address; what is on its way goes on."""
    waiting = update(Notification).where(
        Notification.business_id == bookings[0].business_id,
        Notification.subject_kind == "booking",
        Notification.subject_id.in_([it.id for it in bookings]),
        Notification.user_id.is_(None),
        Notification.channel == "email",
        Notification.status == "pending",
        Notification.recipient == was,
    )
    db.session.execute(waiting.values(recipient=email).execution_options(synchronize_session=False))

"""What customers say of finished bookings and orders."""

from flask_babel import lazy_gettext as _

from app.appointments.asking import answer_for_visits
from app.customers.belonging import keeps
from app.notifications.kinds import kind
from app.orders.news import order_changed
from app.reviews import inviting, personal, wordings
from app.reviews.models import Review

order_changed.connect(inviting.invite)
answer_for_visits(inviting.link_for_visit)
keeps(Review, forget=personal.forget, tell=personal.tell)

kind(
    "review_invitation",
    wanted=inviting.why_not_invited,
    words=inviting.invitation,
    sample=inviting.sample,
    title=_("How was it?"),
    wordings=wordings.INVITATION,
    fills=wordings.FILLS,
    topic="follow_up",
    waits=True,
)

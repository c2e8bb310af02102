"""What customers are told about money in our words, where a business has none of its own."""

from flask_babel import lazy_gettext as _

from app.appointments import wordings
from app.notifications.kinds import Fill, Wording

FILLS = wordings.FILLS | {
    "amount": Fill(_("How much it is about"), "€20.00"),
    "left": Fill(_("What is left to pay"), "€40.00"),
    "until": Fill(_("Until when the time is kept"), _("Tue 2 Mar, 18:00")),
    "link": Fill(_("The way to go on; a button where it has a line to itself"), "https://…/bookings/…"),
}

DUE = {
    "email": Wording(
        _(
            "Your request is accepted\n\n"
            "{business_name} looks forward to seeing you. You are booked as soon as {amount} is paid; the time is kept"
            " for you until {until}."
        ),
        _("Accepted, please pay: {booking}"),
    ),
    "sms": Wording(
        _("{business_name} accepted: {booking}. Please pay {amount} until {until} to be booked. {link}")
    ),
}
FAILED = {
    "email": Wording(
        _(
            "Your payment did not go through\n\n"
            "Nothing was charged. The time is kept for you until {until}, so you can try again, with another card if"
            " you like."
        ),
        _("Not paid yet: {booking}"),
    ),
    "sms": Wording(
        _("{business_name}: your payment for {booking} did not go through. Try again until {until}: {link}")
    ),
}
LAPSED = {
    "email": Wording(
        _(
            "The time is free again\n\n"
            "It was not paid in time, so {business_name} cannot keep it for you any longer. Nothing was charged. If you"
            " would still like to come, please choose a time once more."
        ),
        _("Not booked: {booking}"),
    ),
    "sms": Wording(
        _("{business_name}: {booking} was not paid in time and is free again. Nothing was charged.")
    ),
}
RECEIPT = {
    "email": Wording(
        _("Thank you, {customer_name}\n\n{business_name} has received your payment of {amount}."),
        _("Receipt: {amount} to {business_name}"),
    ),
}
RETURNED = {
    "email": Wording(
        _("{amount} is on its way back to you\n\n{news}\n\n{reason}"),
        _("{amount} goes back to you: {booking}"),
    ),
}
LATE = {
    "email": Wording(
        _("Your money goes back to you\n\n{news}"),
        _("{amount} goes back to you: {booking}"),
    ),
    "sms": Wording(_("{business_name}: {news} {link}")),
}

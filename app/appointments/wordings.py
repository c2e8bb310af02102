"""What customers are told in our words, where a business has none of its own; and the words it can make them of."""

from flask_babel import lazy_gettext as _

from app.notifications.kinds import Fill, Wording

FILLS = {
    "customer_name": Fill(_("The customer’s name"), _("Olivia Park")),
    "business_name": Fill(_("Your business"), _("Linden Studio")),
    "booking": Fill(_("What and when, in short"), _("Haircut on Tue 2 Mar, 10:00")),
    "service": Fill(_("What was booked"), _("Haircut")),
    "staff": Fill(_("With whom"), _("Maya Lindqvist")),
    "date": Fill(_("The day"), _("Tuesday 2 March 2027")),
    "time": Fill(_("When it begins"), _("10:00")),
    "when": Fill(_("Day, time and time zone"), _("Tuesday 2 March 2027, 10:00 to 10:45, Berlin time")),
    "place": Fill(_("Where it is"), _("Lindenstraße 12, 10969 Berlin")),
    "phone": Fill(_("Your phone number"), _("+49 30 5550142")),
    "link": Fill(_("The way to the booking; a button where it has a line to itself"), "https://…/bookings/…"),
    "news": Fill(_("What happened, in a sentence"), _("You moved this booking.")),
    "reason": Fill(_("The reason, if one was given"), _("Maya is ill that day.")),
}
FOLLOWING_UP = FILLS | {
    "review": Fill(
        _("The question how it was, with the way to a review; nothing where nobody is asked"),
        _("How was it? https://…/reviews/…"),
    ),
}

REQUESTED = {
    "email": Wording(
        _(
            "Your request is on its way\n\n"
            "{business_name} looks at each request and answers you soon. Until then the time is kept for you."
        ),
        _("Your request: {booking}"),
    ),
    "sms": Wording(_("{business_name} has your request: {booking}. You will hear from us soon. {link}")),
}
CONFIRMED = {
    "email": Wording(
        _(
            "You are booked, {customer_name}\n\n"
            "{business_name} looks forward to seeing you. The attached file puts it into your calendar."
        ),
        _("Booked: {booking}"),
    ),
    "sms": Wording(_("{business_name}: you are booked. {booking}. {link}")),
}
DECLINED = {
    "email": Wording(
        _("Your request could not be accepted\n\n{news}\n\n{reason}\n\nAnother time may suit us both."),
        _("Not possible: {booking}"),
    ),
    "sms": Wording(_("{business_name}: {booking} is not possible, sorry. {reason} {link}")),
}
MOVED = {
    "email": Wording(
        _("Your booking has changed\n\n{news}"),
        _("Changed: {booking}"),
    ),
    "sms": Wording(_("{business_name}: your booking has changed. It is now {booking}. {link}")),
}
OFFERED = {
    "email": Wording(
        _(
            "Would another time suit you?\n\n"
            "{business_name} would like to move your booking and offers you: {news}.\n\n{link}\n\n"
            "Choose one on the page of your booking. Until you do, it stays as it is."
        ),
        _("Please choose a time: {booking}"),
    ),
    "sms": Wording(_("{business_name} would like to move {booking} and offers: {news}. Choose here: {link}")),
}
CANCELLED = {
    "email": Wording(
        _("Your booking is cancelled\n\n{news}\n\n{reason}"),
        _("Cancelled: {booking}"),
    ),
    "sms": Wording(_("{business_name}: {booking} is cancelled. {reason} {link}")),
}
REMINDER = {
    "email": Wording(
        _("See you soon, {customer_name}\n\n{business_name} expects you."),
        _("Reminder: {booking}"),
    ),
    "sms": Wording(_("{business_name} reminds you: {booking}. Will you come? {link}")),
}
FOLLOW_UP = {
    "email": Wording(
        _(
            "Thank you for coming, {customer_name}\n\n"
            "We hope you liked it. If anything was not as it should be, please tell us."
        ),
        _("Thank you for your visit to {business_name}"),
    ),
    "sms": Wording(_("Thank you for your visit to {business_name}. We hope to see you again! {review}")),
}

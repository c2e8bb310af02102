"""What those who wait are told in our words, where a business has none of its own; and what it can make them of."""

from flask_babel import lazy_gettext as _

from app.notifications.kinds import Fill, Wording

ALWAYS = {
    "customer_name": Fill(_("The customer’s name"), _("Olivia Park")),
    "business_name": Fill(_("Your business"), _("Linden Studio")),
    "service": Fill(_("What they wait for"), _("Haircut")),
    "link": Fill(_("The page where they see and change it"), "https://…"),
}
OFFERED = ALWAYS | {
    "time": Fill(_("The time that came free"), _("Tuesday 2 March, 10:00")),
    "until": Fill(_("How long it is kept"), _("12:00")),
}
JOINED = {
    "email": Wording(
        _(
            "You are on the list, {customer_name}\n\nAs soon as a time for {service} comes free that suits you,"
            " {business_name} keeps it for you and writes to you. Whoever came first is asked first."
        ),
        _("On the list: {service}"),
    ),
    "sms": Wording(_("{business_name}: you are on the list for {service}. Look or leave: {link}")),
}
OFFER = {
    "email": Wording(
        _(
            "It came free, {customer_name}\n\nWhat you are waiting for is kept for you until {until}. If"
            " {business_name} hears nothing by then, the next in line is asked, and you stay on the list."
        ),
        _("It came free: {service}, {time}"),
    ),
    "sms": Wording(
        _("{business_name}: {service}, {time} came free. It is kept for you until {until}: {link}")
    ),
}
FULL = {
    "email": Wording(
        _(
            "You wait for many things already\n\nSomebody has just asked {business_name} to put this address on"
            " the list for one thing more, and that was not done. If it was you, please leave one of your lists"
            " first. The latest of them is the one for {service}."
        ),
        _("You wait for many things already"),
    ),
    "sms": Wording(
        _(
            "{business_name}: you wait for as many things as you may. Please leave one of your lists first: {link}"
        )
    ),
}
REMOVED = {
    "email": Wording(
        _(
            "You are off the list\n\nYou do not wait for {service} at {business_name} any more. If you still want"
            " to come, book a time that is free, or ask us."
        ),
        _("Off the list: {service}"),
    ),
    "sms": Wording(_("{business_name}: you are not on the list for {service} any more.")),
}
WITHDRAWN = {
    "email": Wording(
        _(
            "That time is taken after all\n\nWe are sorry, {customer_name}: {service}, {time}, which was kept for you,"
            " cannot be had any more. You keep your place in the line, and hear from {business_name} as soon as"
            " something else comes free."
        ),
        _("Not free after all: {service}, {time}"),
    ),
    "sms": Wording(
        _(
            "{business_name}: {service}, {time} cannot be had any more, sorry. You keep your place in the line: {link}"
        )
    ),
}

"""What customers are told of orders in our words, where a business has none; and what it can make its own of."""

from flask_babel import lazy_gettext as _

from app.notifications.kinds import Fill, Wording

FILLS = {
    "customer_name": Fill(_("The customer’s name"), _("Olivia Park")),
    "business_name": Fill(_("Your business"), _("Linden Studio")),
    "number": Fill(_("The number of the order"), "27"),
    "order": Fill(_("Number and time, in short"), _("Order 27, Tue 2 Mar, 12:15")),
    "items": Fill(_("What was ordered, in short"), _("2 × Margherita and 1 more")),
    "time": Fill(_("When they get it"), _("Tue 2 Mar, 12:15")),
    "total": Fill(_("What it costs"), "€24.50"),
    "place": Fill(_("Where they get it"), _("Lindenstraße 12, 10969 Berlin")),
    "phone": Fill(_("Your phone number"), _("+49 30 5550142")),
    "link": Fill(_("The way to the order; a button where it has a line to itself"), "https://…/orders/…"),
    "news": Fill(_("What happened, in a sentence"), _("You can pick it up on Tue 2 Mar, 12:15.")),
    "reason": Fill(_("The reason, if one was given"), _("We are out of dough for today.")),
    "refund": Fill(_("What goes back to them, if anything was paid"), _("€24.50 goes back to you.")),
}
MONEY_FILLS = {name: it for name, it in FILLS.items() if name != "refund"} | {
    "amount": Fill(_("How much it is about"), "€20.00"),
    "left": Fill(_("What is left to pay"), "€40.00"),
    "news": Fill(_("How it goes back, in a sentence"), _("It was sent by bank transfer.")),
}

PLACED = {
    "email": Wording(
        _("We have your order, {customer_name}\n\n{news}"),
        _("Your order at {business_name}: number {number}"),
    ),
    "sms": Wording(_("{business_name} has your order {number}. {news} {link}")),
}
ACCEPTED = {
    "email": Wording(
        _("Your order is accepted, {customer_name}\n\n{news}"),
        _("Accepted: {order}"),
    ),
    "sms": Wording(_("{business_name}: your order {number} is accepted. {news} {link}")),
}
READY = {
    "email": Wording(
        _("Good news, {customer_name}\n\n{news}"),
        _("{news} Order {number}"),
    ),
    "sms": Wording(_("{business_name}: {news} Order {number}. {link}")),
}
DECLINED = {
    "email": Wording(
        _("Your order could not be accepted\n\n{news}\n\n{reason}\n\n{refund}"),
        _("Not possible: {order}"),
    ),
    "sms": Wording(
        _("{business_name}: your order {number} could not be accepted, sorry. {reason} {refund} {link}")
    ),
}
CANCELLED = {
    "email": Wording(
        _("Your order is cancelled\n\n{news}\n\n{reason}\n\n{refund}"),
        _("Cancelled: {order}"),
    ),
    "sms": Wording(_("{business_name}: your order {number} is cancelled. {reason} {refund} {link}")),
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
        _("{amount} goes back to you: {order}"),
    ),
}

"""For whom a member books: somebody the business knows, somebody new, or whoever just walked in."""

from flask_babel import gettext, lazy_pgettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Length, ValidationError

from app.businesses.models import Business
from app.core.text import one_line
from app.customers.meeting import Contact
from app.customers.models import Customer
from app.customers.searching import find_customer, matches
from app.text_fields import EmailLine, PhoneLine

KNOWN, NEW, WALK_IN = "known", "new", "walk_in"


class WhomForm(Form):
    """One of three ways. Of somebody who is known only what nobody knew yet can be typed."""

    who = RadioField(
        _("For whom"),
        choices=[
            SelectChoice(KNOWN, _("Known")),
            SelectChoice(NEW, _("New")),
            SelectChoice(WALK_IN, lazy_pgettext("for whom", "Walk-in")),
        ],
        default=KNOWN,
    )
    q = StringField(_("Name, e-mail or end of a phone number"), filters=[one_line])
    customer = StringField()
    name = StringField(
        _("Name"),
        filters=[one_line],
        validators=[Length(max=120, message=_("Please use at most 120 characters."))],
    )
    email = EmailLine(_("E-mail"))
    phone = PhoneLine()

    def __init__(self, business: Business, sent: MultiDict[str, str]) -> None:
        super().__init__(sent)
        self.business = business
        self.known = self._customer() if self.who.data == KNOWN and "change" not in sent else None
        # Without scripts the search is a button; Enter in its field sends the form as it is.
        self.looked = self.who.data == KNOWN and self.known is None and bool(self.q.data)
        self.found = matches(business.id, self.q.data or "") if self.looked else []

    def validate_customer(self, _field: StringField) -> None:
        if self.who.data == KNOWN and self.known is None:
            raise ValidationError(gettext("Please choose a customer, or write down a new one."))

    def validate_name(self, field: StringField) -> None:
        if self.who.data == NEW and not field.data:
            raise ValidationError(gettext("Please write down a name."))

    @property
    def contact(self) -> Contact:
        """Who comes, cleaned: e-mail in lower case, phone as E.164."""
        if self.who.data == WALK_IN:
            return Contact(gettext("Walk-in"), None, is_named=False)
        known = self.known
        return Contact(
            name=known.name if known else self.name.data or "",
            email=(known and known.email) or self.email.address,
            phone=(known and known.phone) or self.phone.number,
            language=known.language if known else None,
        )

    def _customer(self) -> Customer | None:
        sent = self.customer.data or ""
        is_id = sent.isascii() and sent.isdigit() and len(sent) <= 18
        return find_customer(self.business.id, int(sent)) if is_id else None

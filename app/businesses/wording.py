"""The words a business is found by."""

from flask_babel import force_locale, get_babel
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.businesses.models import Business, BusinessWord
from app.businesses.trades import Trade, find_trade
from app.core.db import db
from app.core.text import words_of


def remember_words(business: Business) -> None:
    """Keep the words of its name, its town and, in every language there is, its trade.

    Whoever changes one of these calls it in the same transaction.
    """
    trade = find_trade(business.trade)
    texts = [business.name, business.city or "", business.trade or "", *(_names_of(trade) if trade else ())]
    words = sorted({word for text in texts for word in words_of(text)})
    old = delete(BusinessWord).where(BusinessWord.business_id == business.id, BusinessWord.word.not_in(words))
    db.session.execute(old)
    if words:
        new = insert(BusinessWord).values([{"business_id": business.id, "word": word} for word in words])
        db.session.execute(new.on_conflict_do_nothing())


def remember_all_words() -> int:
    """Do so for every business, those from before there was a search too; how many there are."""
    everybody = db.session.scalars(select(Business).order_by(Business.id)).all()
    for business in everybody:
        remember_words(business)
    return len(everybody)


def _names_of(trade: Trade) -> set[str]:
    """What the trade is called in each language Daybook speaks."""
    names = set()
    for locale in get_babel().instance.list_translations():
        with force_locale(str(locale)):
            names.add(str(trade.name))
    return names

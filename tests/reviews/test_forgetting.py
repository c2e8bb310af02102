"""What is left of a review when its customer is forgotten, and the nightly count."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from app.audit.models import AuditEvent
from app.businesses.models import Upload
from app.core import clock
from app.core.actor import VISITOR
from app.core.db import db
from app.customers.belonging import Person
from app.moderation.models import Report
from app.reviews.answering import reply, report
from app.reviews.jobs import recount_ratings
from app.reviews.models import ReviewPicture
from app.reviews.personal import forget, tell
from app.reviews.ratings import all_stars
from tests.factories import ANNA, a_shop
from tests.pictures import a_drawing
from tests.reviews.visiting import START, been_there, say


def test_the_stars_stay_and_everything_else_goes(app: Flask, frozen: Any, folder: Path) -> None:
    frozen.move_to(START - timedelta(days=1))
    shop = a_shop()
    said = say(shop, been_there(shop, frozen), 2, "I am Olivia Park.", pictures=[a_drawing()])
    reply(said, "Dear Olivia Park!", by=ANNA, now=clock.now())
    report(said, "private", "Olivia Park is my neighbour.", by=VISITOR, now=clock.now())
    report(said, "other", "My neighbour.", by=VISITOR, now=clock.now())
    person = Person(shop.business.id, [said.customer_id], ["Olivia Park"])
    told = tell(person)["reviews"][0]
    assert told["words"] == "I am Olivia Park."
    assert len(told["pictures"]) == 1
    forget(person, clock.now())
    assert (said.name, said.words, said.reply, said.stars) == ("Erased", None, None, 2)
    assert db.session.scalar(db.select(ReviewPicture)) is None
    assert db.session.scalar(db.select(Upload)) is None
    assert db.session.scalar(db.select(Report.note)) is None
    # Not even where nobody is named.
    reasons = db.select(AuditEvent.reason).filter_by(action="report.made")
    assert db.session.scalars(reasons).all() == [None, None]
    assert all_stars(shop.business.id)["business", 0].count == 1


def test_the_night_mends_what_is_wrong(app: Flask, frozen: Any) -> None:
    frozen.move_to(START - timedelta(days=1))
    shop = a_shop()
    say(shop, been_there(shop, frozen), 2)
    right = all_stars(shop.business.id)
    assert recount_ratings() == 0
    db.session.execute(db.text("UPDATE ratings SET fives = 7 WHERE subject_kind = 'business'"))
    assert recount_ratings() == 1
    assert all_stars(shop.business.id) == right

"""The menu as its owner makes it: items, what is chosen with them, what is sold out; and how a service can be had."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.audit.models import AuditEvent
from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.dashboard.setting_up import set_up_of
from app.orders.menu import menu_of
from app.orders.models import OrderSettings
from app.services.choosing import ChoiceWish, OptionWish, TooManyChoices, add_choice, add_option, choices_of
from app.services.models import ItemChoice, ItemOption, Service, ServiceItem
from app.services.offering import bookable_services
from app.services.selling import ItemWish, TooManyItems, add_item, change_item, return_item
from tests.factories import a_membership, signed_in
from tests.orders.kitchen import Kitchen, a_kitchen, an_order
from tests.pictures import a_picture
from tests.reading import soup
from tests.services.test_service_form import errors, typed

ITEM = {"name": "Calzone", "price": "11,50", "most": "20", "weekdays": [str(it) for it in range(7)]}


@pytest.fixture
def kitchen(app: Flask) -> Kitchen:
    made = a_kitchen()
    db.session.commit()
    return made


@pytest.fixture
def owner(app: Flask, kitchen: Kitchen) -> FlaskClient:
    return signed_in(app, a_membership(kitchen.business, "owner").user)


@pytest.fixture
def staff(app: Flask, kitchen: Kitchen) -> FlaskClient:
    return signed_in(app, a_membership(kitchen.business, "staff").user)


def home(kitchen: Kitchen) -> str:
    return f"/manage/{kitchen.business.slug}"


def items_of(kitchen: Kitchen) -> str:
    return f"{home(kitchen)}/services/{kitchen.service.id}/items"


def test_an_item_with_all_there_is_to_say_comes_onto_the_menu(kitchen: Kitchen, owner: FlaskClient) -> None:
    given = ITEM | {
        "description": "Folded.",
        "tax": "7",
        "stock": "12",
        "weekdays": ["4", "5"],
        "from_time": "18:00",
        "until_time": "02:00",
        "prepare": "25",
        "picture": (io.BytesIO(a_picture()), "it.png"),
    }
    answer = owner.post(items_of(kitchen), data=given)
    assert answer.status_code == 303, answer.text
    made = db.session.query(ServiceItem).filter_by(name="Calzone").one()
    assert (made.price_cents, made.tax_bp, made.stock, made.most) == (1150, 700, 12, 20)
    assert (made.weekdays, made.from_min, made.until_min, made.prepare_min) == (0b0110000, 1080, 1560, 25)
    assert made.picture
    assert made.id in menu_of(kitchen.business.id).items
    page = soup(owner.get(answer.location))
    shown = {
        name: page.select_one(f"[name={name}]")["value"] for name in ("from_time", "until_time", "price")
    }
    assert shown == {"from_time": "18:00", "until_time": "02:00", "price": "11.50"}
    event = db.session.query(AuditEvent).filter_by(action="service_item.added").one()
    assert event.changes["price_cents"] == [None, 1150]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (("", ""), (0, 1440)),
        (("", "00:00"), (0, 1440)),
        (("00:00", "00:00"), (0, 1440)),
        (("", "24:00"), (0, 1440)),
        (("18:00", "00:00"), (1080, 1440)),
        (("18:00", ""), (1080, 1440)),
        (("", "02:00"), (0, 120)),
        (("18:00", "00:30"), (1080, 1470)),
    ],
)
def test_until_midnight_is_until_the_end_of_the_day(
    kitchen: Kitchen, owner: FlaskClient, typed: tuple[str, str], kept: tuple[int, int]
) -> None:
    given = ITEM | {"from_time": typed[0], "until_time": typed[1]}
    made = owner.post(items_of(kitchen), data=given)
    assert made.status_code == 303, errors(made)
    row = db.session.query(ServiceItem).filter_by(name="Calzone").one()
    assert (row.from_min, row.until_min) == kept
    assert owner.post(made.location, data=given).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Please give it a name."),
        ({"name": "x" * 121}, "Please use at most 120 characters."),
        ({"price": "-1"}, "Please enter an amount"),
        ({"price": ""}, "Please enter a number."),
        ({"price": "1000000000000"}, "Please choose something between"),
        ({"most": "0"}, "Please choose something between 1 and 999."),
        ({"stock": "1.5"}, "Please enter a whole number."),
        ({"weekdays": []}, "Please tick at least one day."),
        ({"weekdays": ["9"]}, "Please choose from what is shown."),
        ({"from_time": "25:00"}, "is not a time of day"),
        ({"from_time": "9:00", "until_time": "9:00"}, "Please choose a later time"),
        ({"prepare": "10081"}, "Please choose something between"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(
    kitchen: Kitchen, owner: FlaskClient, wrong: dict[str, Any], sentence: str
) -> None:
    answer = owner.post(items_of(kitchen), data=ITEM | {"description": "Folded."} | wrong)
    assert answer.status_code == 422
    assert any(sentence in it for it in errors(answer)), errors(answer)
    assert "Folded." in answer.text
    assert db.session.query(ServiceItem).count() == 2


def test_saving_the_page_does_not_undo_what_was_sold_meanwhile(kitchen: Kitchen, owner: FlaskClient) -> None:
    item = f"{home(kitchen)}/items/{kitchen.bottle.id}"
    change = ITEM | {"name": "Water, still", "stock": "3", "shown_stock": "3"}
    kitchen.bottle.stock = 1
    db.session.commit()
    assert owner.post(item, data=change).status_code == 303
    assert (kitchen.bottle.name, kitchen.bottle.stock) == ("Water, still", 1)
    assert owner.post(item, data=change | {"stock": "9"}).status_code == 303
    assert kitchen.bottle.stock == 9
    assert owner.post(item, data=change | {"stock": ""}).status_code == 303
    assert kitchen.bottle.stock is None


def test_items_move_and_come_off_the_menu_and_back(kitchen: Kitchen, owner: FlaskClient) -> None:
    base, pizza = home(kitchen), kitchen.pizza.id
    owner.post(f"{base}/items/{pizza}/position", data={"move": "down"})
    assert [it.name for it in menu_of(kitchen.business.id).sections[0].items] == ["Water", "Margherita"]
    assert owner.post(f"{base}/items/{pizza}/position", data={"move": "away"}).status_code == 422
    owner.post(f"{base}/items/{pizza}/retirement")
    assert pizza not in menu_of(kitchen.business.id).items
    owner.get(items_of(kitchen))
    assert "Margherita" not in owner.get(items_of(kitchen)).text
    assert "Margherita" in owner.get(f"{items_of(kitchen)}?shown=away").text
    assert "This is off the menu" in owner.get(f"{base}/items/{pizza}").text
    owner.post(f"{base}/items/{pizza}/return")
    assert pizza in menu_of(kitchen.business.id).items


def test_staff_say_what_is_sold_out_and_nothing_else(kitchen: Kitchen, staff: FlaskClient) -> None:
    base, bottle = home(kitchen), kitchen.bottle.id
    page = staff.get(f"{base}/items")
    assert page.status_code == 200
    assert "3 pieces left" in page.text
    assert staff.post(f"{base}/items/{bottle}/sold-out", data={"sold_out": "y"}).status_code == 303
    assert menu_of(kitchen.business.id).items[bottle].is_sold_out
    assert kitchen.bottle.stock == 3
    assert staff.post(f"{base}/items/{bottle}/sold-out", data={"sold_out": ""}).status_code == 303
    assert not menu_of(kitchen.business.id).items[bottle].is_sold_out
    assert staff.get(f"{base}/items/{bottle}").status_code == 403
    assert staff.post(f"{base}/items/{bottle}/retirement").status_code == 403


def test_what_is_chosen_is_added_changed_moved_and_taken_off(kitchen: Kitchen, owner: FlaskClient) -> None:
    base, bottle = home(kitchen), kitchen.bottle
    page = f"{base}/items/{bottle.id}"
    new = {"choice-name": "Size", "choice-least": "1", "choice-most": "1"}
    assert owner.post(f"{page}/choices", data=new).status_code == 303
    choice = choices_of(bottle)[0].choice
    assert "Size has too few options" in owner.get(page).text
    assert bottle.id not in menu_of(kitchen.business.id).items
    for name, extra in (("Half a litre", ""), ("A litre", "1,50")):
        sent = {f"of-{choice.id}-name": name, f"of-{choice.id}-extra": extra}
        assert owner.post(f"{base}/item-choices/{choice.id}/options", data=sent).status_code == 303
    half, litre = choices_of(bottle)[0].options
    assert (litre.name, litre.extra_cents) == ("A litre", 150)
    assert menu_of(kitchen.business.id).items[bottle.id].choices[0].options[1].extra == 150
    change = {f"option-{litre.id}-name": "1 l", f"option-{litre.id}-extra": "2"}
    assert owner.post(f"{base}/item-options/{litre.id}", data=change).status_code == 303
    assert (litre.name, litre.extra_cents) == ("1 l", 200)
    owner.post(f"{base}/item-options/{litre.id}/position", data={"move": "up"})
    assert [it.id for it in choices_of(bottle)[0].options] == [litre.id, half.id]
    owner.post(f"{base}/item-options/{half.id}/removal")
    assert [it.id for it in choices_of(bottle)[0].options] == [litre.id]
    assert owner.post(f"{base}/item-options/{half.id}/removal").status_code == 404
    rename = {f"choice-{choice.id}-name": "Bottle", f"choice-{choice.id}-least": "0"}
    renamed = owner.post(f"{base}/item-choices/{choice.id}", data=rename | {f"choice-{choice.id}-most": "2"})
    assert renamed.status_code == 303
    assert (choice.name, choice.least, choice.most) == ("Bottle", 0, 2)
    owner.post(f"{base}/item-choices/{choice.id}/removal")
    assert choices_of(bottle) == []
    assert menu_of(kitchen.business.id).items[bottle.id].choices == ()
    assert owner.post(f"{base}/item-options/{litre.id}", data=change).status_code == 404


def test_a_choice_that_makes_no_sense_is_shown_again(kitchen: Kitchen, owner: FlaskClient) -> None:
    page = f"{home(kitchen)}/items/{kitchen.pizza.id}"
    new = {"choice-name": "Sauce", "choice-least": "3", "choice-most": "1"}
    answer = owner.post(f"{page}/choices", data=new)
    assert answer.status_code == 422
    assert "That is fewer than at least." in errors(answer)
    assert 'value="Sauce"' in answer.text
    option = f"{home(kitchen)}/item-options/{kitchen.large.id}"
    wrong = {f"option-{kitchen.large.id}-name": "", f"option-{kitchen.large.id}-extra": "much"}
    answer = owner.post(option, data=wrong)
    assert answer.status_code == 422
    assert "Please give it a name." in errors(answer)
    assert 'value="much"' in answer.text


def test_another_business_s_items_are_nothing_here(kitchen: Kitchen, owner: FlaskClient) -> None:
    other, base = a_kitchen(), home(kitchen)
    db.session.commit()
    choice = choices_of(other.pizza)[0].choice.id
    for path in (
        f"items/{other.pizza.id}",
        f"items/{other.pizza.id}/sold-out",
        f"items/{other.pizza.id}/choices",
        f"item-choices/{choice}",
        f"item-options/{other.large.id}",
        f"services/{other.service.id}/items",
    ):
        assert owner.post(f"{base}/{path}", data=ITEM).status_code == 404, path
    assert owner.get(f"{base}/services/{other.service.id}/items").status_code == 404


def test_what_is_ordered_keeps_its_words_and_price(kitchen: Kitchen) -> None:
    order = an_order(kitchen)
    wish = ItemWish({"name": "Marinara", "price_cents": 100})
    change_item(kitchen.pizza, wish, by=SYSTEM, now=clock.now())
    db.session.refresh(order)
    assert (order.lines[0].name, order.total_cents) == ("Margherita", 1200)


def test_there_is_an_end_to_menus_and_choices(kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch) -> None:
    by: dict[str, Any] = {"by": SYSTEM, "now": clock.now()}
    monkeypatch.setattr("app.services.selling.MOST_ITEMS", 2)
    with pytest.raises(TooManyItems):
        add_item(kitchen.service, ItemWish({"name": "One more", "price_cents": 1}), **by)
    kitchen.bottle.active = False
    add_item(kitchen.service, ItemWish({"name": "One more", "price_cents": 1}), **by)
    with pytest.raises(TooManyItems):
        return_item(kitchen.bottle, **by)
    monkeypatch.setattr("app.services.choosing.MOST_CHOICES", 2)
    with pytest.raises(TooManyChoices):
        add_choice(kitchen.pizza, ChoiceWish("Crust", 0, 1), **by)
    monkeypatch.setattr("app.services.choosing.MOST_OPTIONS", 2)
    with pytest.raises(TooManyChoices):
        add_option(choices_of(kitchen.pizza)[0].choice, OptionWish("Huge", 0), **by)


def test_a_list_of_items_asks_as_many_statements_however_long(
    kitchen: Kitchen, owner: FlaskClient, queries: Any
) -> None:
    at = items_of(kitchen), f"{home(kitchen)}/items/{kitchen.pizza.id}"

    def count() -> int:
        db.session.commit()
        db.session.expunge_all()
        with queries() as asked:
            assert owner.get(at[0]).status_code == 200
        with queries() as more:
            assert owner.get(at[1]).status_code == 200
        return len(asked) * 100 + len(more)

    count()
    few = count()
    for number in range(15):
        db.session.add(
            ServiceItem(
                business_id=kitchen.business.id,
                service_id=kitchen.service.id,
                name=str(number),
                price_cents=1,
            )
        )
        choice = ItemChoice(business_id=kitchen.business.id, item_id=kitchen.pizza.id, name=str(number))
        db.session.add(choice)
        db.session.flush()
        db.session.add(ItemOption(business_id=kitchen.business.id, choice_id=choice.id, name="A"))
    db.session.commit()
    assert count() == few


def test_a_service_says_how_it_can_be_had(kitchen: Kitchen, owner: FlaskClient) -> None:
    page = f"{home(kitchen)}/services/{kitchen.service.id}"
    ways = dict.fromkeys(("bookable", "orderable", "walk_in", "on_request"), "")
    none = owner.post(page, data=typed(**ways))
    assert none.status_code == 422
    assert "Please choose at least one way in which customers can have it." in errors(none)
    only = typed(name="Pizza", minutes="", **{**ways, "orderable": "y"})
    assert owner.post(page, data=only).status_code == 303
    service = kitchen.service
    assert (service.orderable, service.bookable, service.is_only_ordered) == (True, False, True)
    assert service.minutes
    timed = owner.post(page, data=typed(minutes="", **{**ways, "orderable": "y", "walk_in": "y"}))
    assert timed.status_code == 422
    mixed = typed(
        name="Pizza", minutes="45", **{**ways, "bookable": "y", "orderable": "y", "on_request": "y"}
    )
    assert owner.post(page, data=mixed).status_code == 303
    assert (service.minutes, service.on_request, service.is_only_ordered) == (45, True, False)
    assert service in bookable_services(kitchen.business.id)
    assert owner.post(page, data=typed(name="Pizza", **{**ways, "bookable": "y"})).status_code == 303
    assert menu_of(kitchen.business.id).sections == []


def test_what_is_only_ordered_is_not_booked_by_members_either(kitchen: Kitchen, owner: FlaskClient) -> None:
    assert "Pizza" not in owner.get(f"{home(kitchen)}/appointments/new").text
    kitchen.service.walk_in = True
    db.session.commit()
    assert "Pizza" in owner.get(f"{home(kitchen)}/appointments/new").text


def test_who_only_sells_can_open_their_page(kitchen: Kitchen, owner: FlaskClient) -> None:
    db.session.execute(
        update(Service).where(Service.business_id == kitchen.business.id).values(bookable=False)
    )

    def is_ready() -> bool:
        steps = set_up_of(kitchen.business, clock.now()).steps
        return next(it.done for it in steps if it.wanted == "a service with a free time")

    assert is_ready()
    db.session.get_one(OrderSettings, kitchen.business.id).pickup = False
    db.session.flush()
    assert not is_ready()

"""Fields the forms of several rooms have: what they understand, and what they give back as it was typed."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.fields import ClockField, DayField, MoneyField, NumberField, PercentField
from app.text_fields import EmailLine, LineField, ParagraphField, TrapField


class SampleForm(Form):
    number = NumberField("Number", least=5, most=1440)
    needed = NumberField("Needed", least=0, most=9, required=True)
    money = MoneyField("Money", least=0, most=10_000)
    share = PercentField("Share", least=0, most=10_000)
    day = DayField("Day")
    clock = ClockField("Clock")
    end = ClockField("End", ends=True)


@pytest.fixture
def page(app):
    with app.test_request_context("/"):
        yield


def sent(**given):
    return SampleForm(MultiDict({"needed": "1"} | given), meta={"currency": "EUR"})


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(
    ("name", "typed", "data"),
    [
        ("number", " 45 ", 45),
        ("number", "0045", 45),
        ("number", "", None),
        ("money", "12,50", 1250),
        ("money", "€ 12.50", 1250),
        ("share", "19", 1900),
        ("share", "7,7", 770),
        ("day", "2027-03-01", date(2027, 3, 1)),
        ("clock", "18:30", 1110),
        ("clock", "00:00:00", 0),
        ("clock", "9.30", 570),
        ("end", "24:00", 1440),
        ("clock", "", None),
    ],
)
def test_what_people_write_is_understood(name, typed, data):
    form = sent(**{name: typed})
    assert form.validate(), form.errors
    assert form[name].data == data
    assert form[name]._value() == typed


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("number", "4", "Please choose something between 5 and 1440."),
        ("number", "1_0", "Please enter a whole number."),
        ("number", "+10", "Please enter a whole number."),
        ("needed", "", "Please enter a number."),
        ("money", "100.01", "Please choose something between 0.00 and 100.00."),
        ("money", "1.005", "Please enter an amount, such as 12.50."),
        ("share", "NaN", "Please enter a number, such as 19.5."),
        ("day", "1999-12-31", "There is no such day."),
        ("clock", "24:00", "A day begins at 00:00; 24:00 is only an end."),
        ("clock", "half", "“half” is not a time of day. Please write it like 9:00 or 17:30."),
    ],
)
def test_what_is_wrong_is_said_once_and_stays_as_it_was_typed(name, typed, sentence):
    form = sent(**{name: typed})
    assert not form.validate()
    assert form.errors == {name: [sentence]}
    assert form[name]._value() == typed


@pytest.mark.usefixtures("page")
def test_what_is_known_is_shown_as_it_is_written():
    known = {"number": 45, "money": 1250, "share": 1950, "day": date(2027, 3, 1), "clock": 545}
    form = SampleForm(data=known, meta={"currency": "EUR"})
    shown = {name: form[name]._value() for name in known}
    assert shown == {"number": "45", "money": "12.50", "share": "19.5", "day": "2027-03-01", "clock": "09:05"}


class TextForm(Form):
    name = LineField("Name", most=5, missing="Who?")
    town = LineField("Town", most=5, too_long="Too long.")
    email = EmailLine("E-mail")
    note = ParagraphField("Note", most=2000)
    website = TrapField()


@pytest.mark.usefixtures("page")
def test_texts_are_kept_as_people_meant_them():
    form = TextForm(MultiDict({"name": " A  b\n", "town": "\u200b", "note": " one\ntwo "}))
    assert form.validate(), form.errors
    assert form.data == {"name": "A b", "town": None, "email": None, "note": "one\ntwo", "website": None}


@pytest.mark.usefixtures("page")
@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("name", "\u200b", "Who?"),
        ("name", "Mayara", "Please use at most 5 characters."),
        ("town", "Berlin", "Too long."),
        ("email", "maya", "That does not look like an e-mail address, such as name@example.com."),
        ("email", "maya@example." + "c" * 300, "That address is too long."),
        ("note", "x" * 2001, "Please use at most 2,000 characters."),
        ("website", "https://spam.example", "Please leave this field empty."),
    ],
)
def test_a_text_that_cannot_be_is_told_why(name, typed, sentence):
    form = TextForm(MultiDict({"name": "Maya", name: typed}))
    assert not form.validate()
    assert list(form.errors) == [name]
    assert form.errors[name][0] == sentence

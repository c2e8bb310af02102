"""Switching the second factor on."""

from wtforms import HiddenField

from app.password_fields import CodeForm


class SetUpForm(CodeForm):
    """`offer` is the signed key the first code is made with."""

    offer = HiddenField()

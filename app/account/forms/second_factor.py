"""Switching the second factor on."""

from wtforms import HiddenField

from app.auth.forms import CodeForm


class SetUpForm(CodeForm):
    """`offer` is the signed key the first code is made with."""

    offer = HiddenField()

"""What forms of visitors share: those of the booking flow, of orders and of reviews."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm

from app.core.errors import DomainError


class PublicForm(FlaskForm):
    """A form without a session. What makes it ours is the signed token in it or in its address."""

    class Meta:
        csrf = False

    problem: Any = None
    headers: Mapping[str, str] = {}
    refusal: DomainError | None = None

    def refuse(self, refusal: DomainError) -> "PublicForm":
        """Keep a refusal that belongs to no field: its sentence, and what its answer carries."""
        self.refusal = refusal
        self.problem, self.headers = refusal.message, refusal.headers
        return self

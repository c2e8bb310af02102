"""The team: who works here, what is said about them, and what happens when somebody leaves."""

from app.staff.routes import invitations, leaving, members, people, profile  # noqa: F401
from app.staff.routes.room import bp as bp

"""People as a business sees them."""

from app.businesses.inviting import invitation_accepted
from app.staff.inviting import bind_person

invitation_accepted.connect(bind_person)

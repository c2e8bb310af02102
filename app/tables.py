"""Every table, so that a migration and a fresh database know them all."""

import app.appointments.models
import app.audit.models
import app.auth.models
import app.business_hours.models
import app.businesses.models
import app.core.changes
import app.core.idempotency
import app.core.ticking
import app.customers.models
import app.feeds.models
import app.moderation.models
import app.notifications.models
import app.orders.models
import app.payments.models
import app.reviews.models
import app.schedule.models
import app.services.models
import app.sites.models
import app.staff.models
import app.waitlist.models  # noqa: F401

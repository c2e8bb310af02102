"""The pages of platform admins."""

from app.platform_admin.routes import businesses, decisions, reviews  # noqa: F401
from app.platform_admin.routes.blueprint import bp as bp

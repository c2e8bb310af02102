"""The people a business knows."""

from app.auth.checking import address_checked
from app.customers.linking import link_customers

address_checked.connect(link_customers)

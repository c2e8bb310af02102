"""The people a business knows."""

from app.auth.checking import address_checked
from app.customers import personal
from app.customers.belonging import keeps
from app.customers.linking import link_customers
from app.customers.models import CustomerImportRow, CustomerNote
from app.notifications.models import Notification

address_checked.connect(link_customers)
keeps(CustomerNote, CustomerImportRow, Notification, forget=personal.forget, tell=personal.tell)

"""What the larger business sells and is told: a menu, a board full of orders, and many reviews."""

from sqlalchemy import text

from app.core.db import db
from app.reviews.ratings import recount
from bench.client import Call
from bench.dataset import Salon
from bench.rows import Row, member_headers

ITEMS = 200
ORDERS = 300
REVIEWS = 10_000

_STALL = (
    "INSERT INTO order_settings (business_id, last_number) VALUES (:business, :orders)",
    """INSERT INTO services (business_id, name, minutes, orderable, bookable)
       SELECT :business, 'Shelf ' || n, 15, true, false FROM generate_series(1, 10) n""",
    """INSERT INTO service_items (business_id, service_id, name, description, price_cents, position)
       SELECT :business, s.id, s.name || ', thing ' || n, 'Made here, by hand.', 500 + n, n
         FROM services s CROSS JOIN generate_series(1, :items / 10) n
        WHERE s.business_id = :business AND s.orderable""",
    """INSERT INTO item_choices (business_id, item_id, name, least, most)
       SELECT business_id, id, 'Size', 1, 1 FROM service_items WHERE business_id = :business""",
    """INSERT INTO item_options (business_id, choice_id, name, extra_cents, position)
       SELECT c.business_id, c.id, o.name, o.extra, o.extra
         FROM item_choices c CROSS JOIN (VALUES ('Small', 0), ('Large', 200)) o (name, extra)
        WHERE c.business_id = :business""",
    """INSERT INTO orders (business_id, number, status, source, customer_id, contact_name, contact_email, way, asap,
                            due_at, currency, delivery_cents, total_cents, placed_at)
       SELECT :business, n, (ARRAY['placed', 'accepted', 'preparing', 'ready'])[n % 4 + 1], 'web', c.id, c.name,
              c.email, 'pickup', true, now() + n * interval '3 minutes', 'EUR', 0, 1500, now() - n * interval '1 minute'
         FROM generate_series(1, :orders) n
         JOIN (SELECT id, name, email, row_number() OVER (ORDER BY id) AS place
                 FROM customers WHERE business_id = :business) c ON c.place = n % 100 + 1""",
    """INSERT INTO order_lines (business_id, order_id, position, item_id, name, options, quantity, unit_cents, tax_bp,
                                 from_stock)
       SELECT o.business_id, o.id, p, i.id, i.name, '[]', 1, 500, 0, false
         FROM orders o CROSS JOIN generate_series(0, 2) p
         JOIN LATERAL (SELECT id, name FROM service_items
                        WHERE business_id = o.business_id ORDER BY id OFFSET (o.number + p) % :items LIMIT 1) i ON true
        WHERE o.business_id = :business""",
    """INSERT INTO reviews (business_id, customer_id, booking_id, service_id, name, visited_on, stars, words, status,
                             created_at)
       SELECT business_id, customer_id, id, :service, 'Ada C.', local_start::date, id % 5 + 1,
              'They took their time, and it shows. I will come again.', 'shown', local_start
         FROM bookings WHERE business_id = :business AND status = 'completed'
        ORDER BY bookings.local_start DESC, bookings.id LIMIT :reviews""",
)


def open_stall(salon: Salon) -> None:
    """What it sells, what is ordered and what was said of its visits, not committed."""
    values = {
        "business": salon.business,
        "service": salon.service,
        "items": ITEMS,
        "orders": ORDERS,
        "reviews": REVIEWS,
    }
    for statement in _STALL:
        db.session.execute(text(statement), values)
    recount(salon.business)


def stall_rows(salon: Salon) -> list[Row]:
    """Where customers order, where members see to it, and what was said of the business."""
    cookie = {"Cookie": member_headers(salon)["Cookie"]}
    pages = (
        (f"menu of {ITEMS} items", Call(f"/b/{salon.slug}/order"), b"thing 20"),
        (f"board of {ORDERS} orders", Call(f"{salon.desk}/orders", cookie), b"data-order="),
        (f"list of {REVIEWS:,} reviews", Call(f"/b/{salon.slug}/reviews"), b"They took their time"),
        (f"desk of {REVIEWS:,} reviews", Call(f"{salon.desk}/reviews", cookie), b"They took their time"),
    )
    return [_row(*it) for it in pages]


def _row(name: str, call: Call, says: bytes) -> Row:
    return Row(name, lambda count: [call] * count, says=says, most=10)

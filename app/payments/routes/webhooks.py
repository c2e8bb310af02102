"""Where Stripe reports. It signs what it says, and has no session."""

from flask import Blueprint, Response, abort, make_response, request

from app.core import clock
from app.core.bodies import takes_json
from app.core.db import db, retrying
from app.core.jobs import enqueue_after_commit
from app.core.tries import tries
from app.payments.inbox import receive
from app.payments.jobs import handle_webhooks
from app.payments.stripe.account import signing_secrets
from app.payments.stripe.signatures import NotSigned, read_signed

MOST_BYTES = 256 * 1024
# Far more than any business has; Stripe sends again what was refused. Whoever has the secret could fill our inbox.
MOST_EVENTS = "600/minute"
bp = Blueprint("stripe_reports", __name__, url_prefix="/webhooks")


@bp.post("/stripe/<id:business_id>")
@takes_json
@retrying
def create_report(business_id: int) -> Response:
    """An event of the account of a business. It is kept and answered; what it means is asked of Stripe afterwards."""
    request.max_content_length = MOST_BYTES
    body, header = request.get_data(), request.headers.get("Stripe-Signature", "")
    now = clock.now()
    try:
        event = read_signed(body, header, signing_secrets(business_id), now.timestamp())
        tries.count(MOST_EVENTS, "stripe-reports", str(business_id))
        is_new = receive(business_id, event, now)
    except (NotSigned, ValueError):
        abort(400)
    if is_new:
        enqueue_after_commit(handle_webhooks)
    db.session.commit()
    return make_response("", 200)

"""The password once more, before something grave (`proved_only`)."""

from flask import Response, request
from flask_login import current_user

from app.auth.forms import ProofForm
from app.auth.guards import needs_sign_in, proof_page, prove
from app.auth.returning import safe_path
from app.auth.routes.room import bp
from app.auth.routes.signing_in import home_of
from app.core import hx
from app.core.errors import DomainError


@bp.get("/account/proof")
@needs_sign_in
def new_proof() -> Response:
    """Where it is typed."""
    return proof_page(ProofForm(next=safe_path(request.args.get("next"))))


@bp.post("/account/proof")
@needs_sign_in
def create_proof() -> Response:
    """Back to the page that asked for it."""
    form = ProofForm()
    if not form.validate():
        return proof_page(form, 422)
    try:
        prove(str(form.proof.data))
    except DomainError as refusal:
        return proof_page(form.refuse(refusal), refusal.status, refusal)
    return hx.go_to(safe_path(form.next.data) or home_of(current_user.id))

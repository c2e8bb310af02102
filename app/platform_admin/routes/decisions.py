"""What was decided, by whom and why."""

from flask import Response, make_response, render_template, request, url_for

from app.platform_admin.forms import BeforeForm
from app.platform_admin.listing import PAGE, decisions
from app.platform_admin.routes.blueprint import bp, in_words


@bp.get("/decisions")
def index_decisions() -> Response:
    """Everything platform admins and commands did, the newest first."""
    form = BeforeForm(request.args)
    rows = decisions(form.place)
    older = url_for(".index_decisions", before=rows[PAGE - 1][0].id) if len(rows) > PAGE else None
    newest = url_for(".index_decisions") if form.place else None
    page = render_template(
        "platform_admin/decisions.html", events=in_words(rows[:PAGE]), older=older, newest=newest
    )
    return make_response(page)

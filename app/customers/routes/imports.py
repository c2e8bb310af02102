"""Customers from elsewhere: a file is chosen, its columns are named, it is checked, and then it is imported."""

from flask import Blueprint, Response, abort, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.auth.guards import actor
from app.businesses.guards import members_only, needs_role
from app.core import clock, hx
from app.core.db import db, retrying, undo
from app.core.errors import DomainError
from app.core.files import takes_tables
from app.customers.forms import FindForm
from app.customers.imports import importing, rows
from app.customers.imports.forms import EXAMPLES, ColumnsForm, FileForm, KnownForm, columns_form
from app.customers.imports.judging import in_words
from app.customers.imports.mending import refused_csv
from app.customers.models import CustomerImport

bp = Blueprint("customer_imports", __name__, url_prefix="/manage/<slug>/customers/imports")
bp.before_request(members_only)


@bp.get("")
@needs_role("manager")
def index() -> Response:
    """A form for a file, and the files there were."""
    return _files(FileForm())


@bp.post("")
@takes_tables
@needs_role("manager")
@retrying
def create() -> Response:
    """Keep what is in a file until somebody says what its columns are."""
    form = FileForm()
    if not form.validate():
        return _files(form, 422)
    try:
        table = form.table()
        kept = importing.keep_file(g.business.id, form.file_name, table, by=actor(), now=clock.now())
    except DomainError as refused:
        undo()
        return _files(form.refuse(refused), refused.status)
    db.session.commit()
    return hx.go_to(url_for(".edit_columns", import_id=kept.id))


@bp.get("/<id:import_id>")
@needs_role("manager")
def show(import_id: int) -> Response:
    """How far a file has come, what it would do or did, and the lines that were refused."""
    it = _load(import_id)
    return hx.go_to(url_for(".edit_columns", import_id=it.id)) if it.status == "read" else _progress(it)


@bp.get("/<id:import_id>/columns")
@needs_role("manager")
def edit_columns(import_id: int) -> Response:
    """What the columns of a file are."""
    it = _load(import_id)
    if it.status not in importing.WAITING:
        return hx.go_to(url_for(".show", import_id=it.id))
    return _columns(it, columns_form(it, rows.first_rows(it, EXAMPLES + 1)))


@bp.post("/<id:import_id>/columns")
@needs_role("manager")
@retrying
def update_columns(import_id: int) -> Response:
    """Say what the columns are, and let every line be checked."""
    it = _load(import_id)
    form = columns_form(it, rows.first_rows(it, EXAMPLES + 1))
    if not form.validate():
        return _columns(it, form, 422)
    importing.begin_checking(it, form.columns, form.header_line, by=actor(), now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".show", import_id=it.id))


@bp.post("/<id:import_id>/confirmation")
@needs_role("manager")
@retrying
def create_confirmation(import_id: int) -> Response:
    """Import what was checked."""
    it = _load(import_id)
    form = KnownForm()
    if not form.validate():
        return _progress(it, form, 422)
    importing.begin_importing(it, fill=form.known.data == "fill", by=actor(), now=clock.now())
    db.session.commit()
    return hx.go_to(url_for(".show", import_id=it.id))


@bp.post("/<id:import_id>/abandonment")
@needs_role("manager")
@retrying
def create_abandonment(import_id: int) -> Response:
    """Give a file up; what it said is forgotten."""
    importing.abandon(_load(import_id), by=actor(), now=clock.now())
    db.session.commit()
    flash(_("Given up. Nobody was added."), "good")
    return hx.go_to(url_for(".index"))


@bp.get("/<id:import_id>/refused.csv")
@needs_role("manager")
def show_refused(import_id: int) -> Response:
    """The refused lines as a file, each with its problem, to mend and upload again."""
    it = _load(import_id)
    body = refused_csv(rows.header_of(it), rows.all_refused(it))
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{g.business.slug}-refused-{it.id}.csv"'
    return response


def _load(import_id: int) -> CustomerImport:
    return importing.find_import(g.business.id, import_id) or abort(404)


def _files(form: FileForm, status: int = 200) -> Response:
    past = importing.past_imports(g.business.id)
    return make_response(render_template("customers/imports/index.html", form=form, past=past), status)


def _columns(it: CustomerImport, form: ColumnsForm, status: int = 200) -> Response:
    return make_response(render_template("customers/imports/columns.html", it=it, form=form), status)


def _progress(it: CustomerImport, form: KnownForm | None = None, status: int = 200) -> Response:
    counts = importing.counts_now(it)
    return hx.render(
        "customers/imports/show.html",
        "customers/imports/_import.html",
        status,
        it=it,
        counts=counts,
        refused=rows.refused_page(it, counts["refused"], FindForm(request.args).number),
        form=form or KnownForm(),
        in_words=in_words,
    )

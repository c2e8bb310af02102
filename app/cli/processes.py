"""The processes beside the web: `flask worker` and `flask clock`."""

from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext

from app.appointments.jobs import (
    complete_visits,
    expire_holds,
    expire_requests,
    forget_unfinished,
    lay_timetables,
    replan_changed_reminders,
)
from app.archives.jobs import delete_businesses, throw_away_archives, write_archives
from app.auth.jobs import forget_old_links
from app.businesses.jobs import sweep_files
from app.core.bell import run_worker
from app.core.db import work_patiently
from app.core.ticking import Task, keep_ticking
from app.customers.imports.jobs import forget_imports, work_on_imports
from app.feeds.jobs import read_due_calendars
from app.logs import log
from app.notifications.jobs import deliver_due
from app.orders.jobs import let_orders_lapse
from app.payments.jobs import handle_webhooks, reconcile_payments
from app.reviews.jobs import recount_ratings
from app.sites.jobs import forget_old_sightings
from app.waitlist.jobs import pass_places_on

TASKS = {
    "expire holds": Task(expire_holds, timedelta(seconds=30)),
    "deliver due": Task(deliver_due, timedelta(seconds=30)),
    "handle webhooks": Task(handle_webhooks, timedelta(seconds=30)),
    "work on imports": Task(work_on_imports, timedelta(seconds=30)),
    "reconcile payments": Task(reconcile_payments, timedelta(minutes=2)),
    "expire requests": Task(expire_requests, timedelta(minutes=1)),
    "complete visits": Task(complete_visits, timedelta(minutes=1)),
    "let orders lapse": Task(let_orders_lapse, timedelta(minutes=1)),
    "pass places on": Task(pass_places_on, timedelta(minutes=1)),
    "read due calendars": Task(read_due_calendars, timedelta(minutes=1)),
    # Every hour, because somewhere a new day begins.
    "lay timetables": Task(lay_timetables, timedelta(hours=1)),
    "replan changed reminders": Task(replan_changed_reminders, timedelta(hours=1)),
    # For those whose worker has died; the web rings too.
    "write archives": Task(write_archives, timedelta(minutes=1)),
    "throw away archives": Task(throw_away_archives, timedelta(days=1)),
    "delete businesses": Task(delete_businesses, timedelta(hours=1)),
    "forget unfinished": Task(forget_unfinished, timedelta(days=1)),
    "forget old links": Task(forget_old_links, timedelta(days=1)),
    "forget old sightings": Task(forget_old_sightings, timedelta(days=1)),
    "forget imports": Task(forget_imports, timedelta(days=1)),
    "sweep files": Task(sweep_files, timedelta(days=1)),
    "recount ratings": Task(recount_ratings, timedelta(days=1)),
}


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do what the clock and the web ask for, until stopped."""
    # Loaded once, here, for the child that each job gets.
    import app.appointments.calendar_file
    import app.feeds.reading
    import app.notifications.composing  # noqa: F401

    work_patiently(current_app.config)
    run_worker(current_app.config["REDIS_URL"])


@click.command("clock")
@with_appcontext
def clock() -> None:
    """Ring for what is due. Any number may run; each task is rung for once."""
    keep_ticking(TASKS, lambda error: log.warning("the clock waits for the database", error=str(error)))

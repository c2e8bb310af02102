"""Accounts and memberships from the command line: `flask user`, `flask member`."""

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
from flask.cli import AppGroup

from app.auth import accounts, sessions
from app.auth.accounts import find_user
from app.auth.models import User
from app.auth.second_factor import turn_off
from app.businesses import joining
from app.businesses.finding import find_business
from app.businesses.models import ROLES, Business
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError

OPERATOR = Actor("admin", "command line", source="command")
Given = TypeVar("Given")

user = AppGroup("user", help="People who can sign in.")
member = AppGroup("member", help="Who works in a business.")


@user.command("create")
@click.argument("email")
@click.option("--name", required=True, help="How colleagues know them.")
def create(email: str, name: str) -> None:
    """Make an account. It has no password until `flask user set-password`."""
    made = done(accounts.create_user, email, name)
    click.echo(
        f"{made.name} has an account as {made.email}. Give it a password: flask user set-password {made.email}"
    )


@user.command("set-password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def set_password(email: str, password_stdin: bool) -> None:
    """Give an account a password and sign it out everywhere."""
    found = known_user(email)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else asked_password()
    done(accounts.set_password, found, password)
    click.echo(f"{found.email} has a new password and is signed out everywhere.")


@user.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    """Close an account and sign it out everywhere."""
    found = known_user(email)
    done(accounts.set_active, found, False)
    click.echo(f"{found.email} can no longer sign in.")


@user.command("activate")
@click.argument("email")
def activate(email: str) -> None:
    """Open a closed account again."""
    found = known_user(email)
    done(accounts.set_active, found, True)
    click.echo(f"{found.email} can sign in again.")


@user.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """End every session of an account."""
    found = known_user(email)
    sessions.end_sessions_of(found.id, clock.now())
    db.session.commit()
    click.echo(f"{found.email} is signed out everywhere.")


@user.command("remove-second-factor")
@click.argument("email")
def remove_second_factor(email: str) -> None:
    """Let somebody who has lost phone and recovery codes sign in by their password alone. They are told by mail."""
    found = known_user(email)
    done(turn_off, found)
    click.echo(f"{found.email} signs in by password alone now. Be sure that it was them who asked.")


@user.command("list")
def list_users() -> None:
    """Every account and where it works."""
    for row in accounts.all_users():
        roles = [f"{it.role} of {it.business.slug}" for it in joining.memberships_of(row.id)]
        closed = "" if row.active else " (closed)"
        click.echo(f"{row.email}{closed}\t{row.name}\t{', '.join(roles) or 'no business'}")


@member.command("add")
@click.argument("slug")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
def add(slug: str, email: str, role: str) -> None:
    """Let somebody work in a business, or give them another role there."""
    business, found = known_business(slug), known_user(email)
    done(joining.join, business, found, role)
    click.echo(f"{found.email} is now {role} of {business.name}.")


@member.command("remove")
@click.argument("slug")
@click.argument("email")
def remove(slug: str, email: str) -> None:
    """End somebody's work in a business."""
    business, found = known_business(slug), known_user(email)
    done(joining.leave, business, found)
    click.echo(f"{found.email} no longer works in {business.name}.")


def known_user(email: str) -> User:
    """The account, or a sentence and a failed command."""
    found = find_user(email)
    if found is None:
        raise click.ClickException(f"There is no account with the e-mail address {email}.")
    return found


def known_business(slug: str) -> Business:
    """The business, or a sentence and a failed command."""
    found = find_business(slug)
    if found is None:
        raise click.ClickException(f"There is no business at {slug}.")
    return found


def asked_password() -> str:
    """What somebody typed twice."""
    typed: str = click.prompt("New password", hide_input=True, confirmation_prompt="The same again")
    return typed


def done(act: Callable[..., Given], *values: Any) -> Given:
    """Run an act and keep what it did, or say in a sentence why not."""
    try:
        given = act(*values, by=OPERATOR, now=clock.now())
    except DomainError as refusal:
        raise click.ClickException(str(refusal.message)) from refusal
    db.session.commit()
    return given

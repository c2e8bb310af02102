"""Every setting, read from the environment once. docs/configuration.md explains each of them."""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
STRIPE_JS = "https://js.stripe.com"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class ConfigurationError(Exception):
    """A setting is missing or makes no sense; the message says which and what to do."""


def settings_from(environ: Mapping[str, str]) -> dict[str, Any]:
    """Flask's configuration made from environment variables. Raises ConfigurationError."""
    kind = one_of(environ.get("DAYBOOK_ENV") or "development", "DAYBOOK_ENV", ("development", "production"))
    production = kind == "production"
    data = Path(environ.get("DAYBOOK_DATA") or ROOT / "var").resolve()
    base_url = public_base_url(environ, production)
    return {
        "DAYBOOK_ENV": kind,
        "DAYBOOK_DATA": data,
        "COMMANDS": environ.get("FLASK_RUN_FROM_CLI") == "true",
        "SECRET_KEY": secret_key(environ, production, data),
        "SECRET_KEY_FALLBACKS": environ.get("SECRET_KEY_FALLBACKS", "").split(),
        "SQLALCHEMY_DATABASE_URI": database_url(environ.get("DATABASE_URL", "")),
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            "pool_timeout": 3,
            "pool_size": whole(environ, "DATABASE_POOL", 5),
            "max_overflow": 5,
            "connect_args": {"connect_timeout": 3},
            # An error is logged with its statement, never with the names and addresses in it.
            "hide_parameters": True,
        },
        **mail(environ, base_url),
        **texting(environ),
        "STRIPE_JS": (environ.get("STRIPE_JS") or STRIPE_JS).rstrip("/"),
        "STRIPE_API": (environ.get("STRIPE_API") or "https://api.stripe.com").rstrip("/"),
        "DATABASE_STATEMENT_MS": whole(environ, "DATABASE_STATEMENT_MS", 5000),
        "DATABASE_TRANSACTION_MS": whole(environ, "DATABASE_TRANSACTION_MS", 8000),
        "DATABASE_IDLE_MS": whole(environ, "DATABASE_IDLE_MS", 2000),
        "REDIS_URL": environ.get("REDIS_URL", ""),
        "CALENDARS_FROM": calendar_sources(environ),
        "PUBLIC_BASE_URL": base_url,
        "TRUSTED_HOSTS": trusted_hosts(environ, base_url, production),
        "PROXIES": whole(environ, "PROXIES", 0),
        "LOG_FORMAT": log_format(environ, production),
        "LOG_LEVEL": one_of((environ.get("LOG_LEVEL") or "INFO").upper(), "LOG_LEVEL", LEVELS),
        "HOLDS_PER_FLOW": whole(environ, "HOLDS_PER_FLOW", 1),
        "HOLDS_PER_ADDRESS": whole(environ, "HOLDS_PER_ADDRESS", 30),
        "HOLDS_PER_ADDRESS_AND_BUSINESS": whole(environ, "HOLDS_PER_ADDRESS_AND_BUSINESS", 10),
        "HOLDS_PER_CONTACT": whole(environ, "HOLDS_PER_CONTACT", 3),
        "SIGN_UPS_PER_HOUR": whole(environ, "SIGN_UPS_PER_HOUR", 10),
        "MINIMUM_FILL_SECONDS": whole(environ, "MINIMUM_FILL_SECONDS", 2),
        **limiter(environ),
        **cookies(base_url),
        "MAX_CONTENT_LENGTH": 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "MAX_FORM_PARTS": 200,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en_GB",
    }


def public_base_url(environ: Mapping[str, str], production: bool) -> str:
    """The address customers use, without a slash at its end. Links in mails are made from it."""
    url = environ.get("PUBLIC_BASE_URL") or ""
    if not url and not production:
        return f"http://localhost:{environ.get('PORT') or 8000}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(
            "Set PUBLIC_BASE_URL to the address customers use, such as https://book.example.com."
        )
    return url.rstrip("/")


def trusted_hosts(environ: Mapping[str, str], base_url: str, production: bool) -> list[str] | None:
    """Host names that may be asked for; None means any, as while developing.

    In production those of the public address and of this machine, where health checks come from.
    """
    named = environ.get("TRUSTED_HOSTS", "").split()
    if named or not production:
        return named or None
    host = urlsplit(base_url).hostname or ""
    # Werkzeug cannot compare IPv6 addresses, so whoever has no name is asked by any.
    return None if ":" in host else [host, "localhost", "127.0.0.1"]


def database_url(url: str) -> str:
    """SQLAlchemy's address for psycopg2: `postgres://` and `postgresql://` both mean it."""
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg2://" + url.removeprefix(plain)
    if not url.startswith("postgresql+psycopg2://"):
        raise ConfigurationError("Set DATABASE_URL to a PostgreSQL address, or start Daybook with bin/run.")
    return url


def secret_key(environ: Mapping[str, str], production: bool, data: Path) -> str:
    """The key that signs cookies and links. In production it must be given and be a real one.

    Elsewhere it is made once and kept in the data folder.
    """
    key = environ.get("SECRET_KEY", "")
    if production and (len(key) < 32 or len(set(key)) < 10):
        raise ConfigurationError("Set SECRET_KEY to at least 32 random characters.")
    return key or kept_secret(data / "secret.key")


def kept_secret(path: Path) -> str:
    """The secret in the file at `path`, made the first time by whichever process comes first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # A file of this process alone, readable by its user only; giving it the name is one step that one process wins.
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=path.name) as draft:
            draft.write(secrets.token_urlsafe(48))
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


def mail(environ: Mapping[str, str], base_url: str) -> dict[str, Any]:
    """How mails leave, by the names Flask-Mail has for it."""
    tls = environ.get("MAIL_USE_TLS", "0") != "0"
    ssl = environ.get("MAIL_USE_SSL", "0") != "0"
    if tls and ssl:
        raise ConfigurationError("Set MAIL_USE_TLS (port 587) or MAIL_USE_SSL (port 465), not both.")
    server = environ.get("MAIL_SERVER", "")
    sender = environ.get("MAIL_DEFAULT_SENDER", "")
    if (server or sender) and not re.fullmatch(r"[^\s@<>,;\"()]+@[A-Za-z0-9.-]+", sender):
        raise ConfigurationError(
            "Set MAIL_DEFAULT_SENDER to the address mails come from, such as bookings@example.com."
        )
    return {
        "MAIL_SERVER": server,
        "MAIL_PORT": whole(environ, "MAIL_PORT", 465 if ssl else 587 if tls else 25),
        "MAIL_USERNAME": environ.get("MAIL_USERNAME") or None,
        "MAIL_PASSWORD": environ.get("MAIL_PASSWORD") or None,
        "MAIL_USE_TLS": tls,
        "MAIL_USE_SSL": ssl,
        "MAIL_DEFAULT_SENDER": sender or f"bookings@{urlsplit(base_url).hostname}",
        "MAIL_SUPPRESS_SEND": False,
        "MAIL_DEBUG": False,
    }


def texting(environ: Mapping[str, str]) -> dict[str, Any]:
    """How text messages leave."""
    provider = one_of(environ.get("SMS_PROVIDER") or "log", "SMS_PROVIDER", ("log", "twilio"))
    settings = {
        "TWILIO_ACCOUNT_SID": environ.get("TWILIO_ACCOUNT_SID", ""),
        "TWILIO_AUTH_TOKEN": environ.get("TWILIO_AUTH_TOKEN", ""),
        "TWILIO_FROM": environ.get("TWILIO_FROM", ""),
    }
    missing = [name for name, value in settings.items() if not value]
    if provider == "twilio" and missing:
        raise ConfigurationError(f"Set {' and '.join(missing)}, or leave SMS_PROVIDER out.")
    api = (environ.get("TWILIO_API") or "https://api.twilio.com").rstrip("/")
    most = whole(environ, "SMS_MOST_A_MONTH", 1000)
    return {"SMS_PROVIDER": provider, "SMS_MOST_A_MONTH": most, "TWILIO_API": api, **settings}


def calendar_sources(environ: Mapping[str, str]) -> list[str]:
    """Networks, hosts and hosts with a port from which calendars may be read besides the public internet."""
    named = [it.strip().lower() for it in environ.get("CALENDARS_FROM", "").split(",") if it.strip()]
    for it in named:
        try:
            ip_network(it)
        except ValueError:
            if not re.fullmatch(r"[a-z0-9._-]*[a-z_-][a-z0-9._-]*(:[0-9]{1,5})?|[0-9.]+:[0-9]{1,5}", it):
                raise ConfigurationError(
                    f"CALENDARS_FROM lists networks and hosts, such as 10.0.0.0/8, calendar.local:8080, not {it!r}."
                ) from None
    return named


def limiter(environ: Mapping[str, str]) -> dict[str, Any]:
    """Rate limits live in Redis; without it each process counts for itself."""
    url = environ.get("REDIS_URL", "")
    timeouts = {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}
    return {
        "RATELIMIT_STORAGE_URI": f"redis+{url}" if url.startswith("unix://") else url or "memory://",
        "RATELIMIT_STORAGE_OPTIONS": timeouts if url else {},
        "RATELIMIT_STRATEGY": "moving-window",
        "RATELIMIT_KEY_PREFIX": "daybook-1",
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "RATELIMIT_ENABLED": environ.get("RATELIMIT_ENABLED", "1") != "0",
    }


def cookies(base_url: str) -> dict[str, Any]:
    """One cookie, for members only: HttpOnly, Lax, and Secure wherever the public address is https."""
    return {
        "SESSION_COOKIE_NAME": "daybook",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": urlsplit(base_url).scheme == "https",
        "PREFERRED_URL_SCHEME": urlsplit(base_url).scheme,
    }


def log_format(environ: Mapping[str, str], production: bool) -> str:
    """Lines for people while developing, for machines in production."""
    style = environ.get("LOG_FORMAT") or ("json" if production else "text")
    return one_of(style, "LOG_FORMAT", ("text", "json"))


def one_of(text: str, name: str, allowed: tuple[str, ...]) -> str:
    """The value of a setting that is one of a few words."""
    if text not in allowed:
        raise ConfigurationError(f"{name} must be one of {', '.join(allowed)}, not {text!r}.")
    return text


def whole(environ: Mapping[str, str], name: str, default: int) -> int:
    """A setting that is a whole number, zero or more."""
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise ConfigurationError(f"{name} must be a whole number, not {text!r}.")
    return int(text)

"""How text messages leave: by which provider, and what it wants to know of us."""

from dataclasses import dataclass
from typing import Literal

from flask import current_app


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Who asks Twilio, and where. `sender` is a number of ours, or a messaging service (MG…)."""

    sid: str
    token: str
    sender: str
    api: str


def texting_way() -> Literal["twilio", "log", "none"]:
    """By SMS_PROVIDER; without one into the log and the mailbox while developing, else nowhere yet."""
    if current_app.config["SMS_PROVIDER"] == "twilio":
        return "twilio"
    return "none" if current_app.config["DAYBOOK_ENV"] == "production" else "log"


def most_a_month() -> int:
    """How many segments a business may send a month, whatever it says itself."""
    return int(current_app.config["SMS_MOST_A_MONTH"])


def twilio_account() -> TwilioAccount:
    """The account of the settings."""
    config = current_app.config
    return TwilioAccount(
        config["TWILIO_ACCOUNT_SID"],
        config["TWILIO_AUTH_TOKEN"],
        config["TWILIO_FROM"],
        config["TWILIO_API"],
    )

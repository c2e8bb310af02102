"""Who somebody is, and the mails about their account."""

from app.auth import letters
from app.notifications.kinds import kind

# Whoever waits for a link would rather have it twice than not at all.
kind("email_check", wanted=letters.why_not_link, words=letters.with_link, again=True)
kind("password_reset", wanted=letters.why_not_link, words=letters.with_link, again=True)
kind("account_exists", wanted=letters.why_not_notice, words=letters.account_exists)
kind("password_changed", wanted=letters.why_not_notice, words=letters.notice)
kind("email_changed", wanted=letters.why_not_notice, words=letters.notice)
kind("new_sign_in", wanted=letters.why_not_notice, words=letters.notice)
kind("second_factor_on", wanted=letters.why_not_notice, words=letters.notice)
kind("second_factor_off", wanted=letters.why_not_notice, words=letters.notice)
kind("recovery_code_used", wanted=letters.why_not_notice, words=letters.notice)

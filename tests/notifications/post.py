"""A real mail server on loopback that does as it is told, and what it was given."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.serving import free_port

FOREVER = 600  # seconds
SLOW = 1.5


@dataclass
class Post:
    """`says` is the answer to one step, by its name (mail, rcpt, data): an SMTP reply, "hang", "slow", or "drop".

    A step of one recipient alone is called `rcpt olivia@example.com`. A mail that is dropped was taken first: the
    connection ends before its 250. `connections` is how many there were.
    """

    port: int
    says: dict[str, str] = field(default_factory=dict)
    taken: list[Envelope] = field(default_factory=list)
    connections: int = 0

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return await self._answer(server, "mail")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._answer(server, "rcpt", address)

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        [address] = envelope.rcpt_tos
        if self._said("data", address)[:1] not in "45":
            self.taken.append(envelope)
        return await self._answer(server, "data", address)

    def _said(self, step: str, address: str) -> str:
        return self.says.get(f"{step} {address}") or self.says.get(step, "250 OK")

    async def _answer(self, server: SMTP, step: str, address: str = "") -> str:
        answer = self._said(step, address)
        if answer == "slow":
            await asyncio.sleep(SLOW)
            return "250 OK"
        if answer == "hang":
            await asyncio.sleep(FOREVER)
        if answer == "drop":
            server.transport.abort()
            await asyncio.sleep(FOREVER)
        return answer

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, as a mail program reads it."""
        return [read(envelope.content) for envelope in self.taken]


def read(body: Any) -> EmailMessage:
    """A mail as a mail program reads it; fails on any defect."""
    mail = BytesParser(EmailMessage, policy=policy.default).parsebytes(body)
    assert [part.defects for part in mail.walk() if part.defects] == []
    assert [header.defects for part in mail.walk() for header in part.values() if header.defects] == []
    return mail


@contextlib.contextmanager
def a_post() -> Iterator[Post]:
    """The server, on a free port."""
    post = Post(free_port())
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()

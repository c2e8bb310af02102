"""What the environment says about engines, read once."""

import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import EngineError

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (where to knock instead)
CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Settings:
    """Where Daybook listens, where its data lives, and which servers were named instead of the embedded ones."""

    data: Path
    host: str
    port: int
    database_url: str | None
    redis_url: str | None

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises EngineError for a port that is not a port."""
        data = Path(environ.get("DAYBOOK_DATA") or CHECKOUT / "var").expanduser().absolute()
        port = environ.get("PORT") or "8000"
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise EngineError(f"PORT must be a number between 1 and 65535, not {port!r}.")
        return cls(
            data=data,
            host=environ.get("HOST") or "127.0.0.1",
            port=int(port),
            database_url=environ.get("DATABASE_URL") or None,
            redis_url=environ.get("REDIS_URL") or None,
        )

    @property
    def address(self) -> str:
        """What a person on this machine opens."""
        host = {"127.0.0.1": "localhost", "::1": "localhost"}.get(self.door, self.door)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    @property
    def door(self) -> str:
        """The host to connect to from this machine."""
        return EVERYWHERE.get(self.host, self.host)


def check_port_is_free(settings: Settings) -> None:
    """Raises EngineError if nobody could listen there now."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError:
        raise EngineError(f"HOST must be an address of this machine, not {settings.host!r}.") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen(1)
        except PermissionError:
            raise EngineError(
                f"Port {settings.port} may only be used by root. Choose one above 1023, for example PORT=8000."
            ) from None
        except OSError:
            raise EngineError(
                f"Port {settings.port} on {settings.host} is already in use. "
                f"Stop the program that uses it, or choose another port, for example PORT={settings.port + 1}."
            ) from None


def bin_folder() -> Path:
    """The environment's own commands (flask, granian, rq)."""
    return Path(sys.executable).parent

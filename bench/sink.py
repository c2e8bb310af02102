"""A mail server that takes everything and keeps nothing: `python -m bench.sink <port>`.

NOOP answers how many mails it took, and to how many different recipients.
"""

import asyncio
import sys


class Sink:
    """What was taken."""

    def __init__(self) -> None:
        self.mails = 0
        self.recipients: set[bytes] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until QUIT."""
        writer.write(b"220 sink\r\n")
        whom = b""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                self.mails += 1
                self.recipients.add(whom)
            elif verb == b"RCPT":
                whom = line
            elif verb == b"QUIT":
                break
            said = f"250 {self.mails} {len(self.recipients)}" if verb == b"NOOP" else "250 OK"
            writer.write(f"{said}\r\n".encode())
        writer.close()


async def main(port: int) -> None:
    server = await asyncio.start_server(Sink().serve, "127.0.0.1", port, limit=1 << 20)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

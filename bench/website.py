"""Somebody else's website, with a frame in the midst of its one page: a server on another origin than ours."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = """<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>A website</title>
    <link rel="icon" href="data:,">
  </head>
  <body>
    <h1>A website</h1>
    <iframe id="frame" title="Book" src="{frame}" style="width: 100%; height: 60rem; border: 0"></iframe>
    <script>
      addEventListener("message", ({{ data }}) => {{
        if (data.type === "daybook:height") frame.style.height = `${{data.height}}px`;
      }});
    </script>
  </body>
</html>
"""


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """The page, around the frame that the address names."""
        frame = parse_qs(urlsplit(self.path).query)["frame"][0]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.format(frame=frame.replace("&", "&amp;")).encode())

    def log_message(self, *_args: Any) -> None:
        """Nothing."""


@contextmanager
def a_website() -> Iterator[str]:
    """Its origin. `/?frame=<address>` is its page around this frame, which grows as it asks to."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=partial(server.serve_forever, 0.1), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(20)

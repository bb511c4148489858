"""`/metrics` for a monitor on the same machine, on a port of its own (settings.METRICS_PORT), served by the first process of `serve`."""

import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from django.db import DatabaseError, connection
from django.utils import timezone

from config.ops import status

HOST = "127.0.0.1"
logger = logging.getLogger(__name__)


class MetricsHandler(BaseHTTPRequestHandler):
    server_version = "even-keel"
    sys_version = ""
    # Seconds.
    timeout = 5

    def do_GET(self) -> None:
        if self.path != "/metrics":
            return self._answer(404, "Only /metrics is here.\n")
        # A page of another site could ask under a name of its own that leads here.
        if self.headers.get("Host", "").partition(":")[0] not in (HOST, "localhost"):
            return self._answer(400, "Ask for 127.0.0.1.\n")
        try:
            self._answer(200, status.collect(at=timezone.now()).to_metrics())
        except DatabaseError:
            self._answer(503, "The database does not answer.\n")
        finally:
            connection.close()

    def _answer(self, code: int, text: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: who asks is not written down."""


def begin(port: int) -> HTTPServer:
    """Serve on `port`, in a thread that ends with the process. Raises OSError if it cannot."""
    server = HTTPServer((HOST, port), MetricsHandler)
    threading.Thread(target=server.serve_forever, daemon=True, name="metrics").start()
    return server

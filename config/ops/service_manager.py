"""What systemd and the program tell each other: the socket that systemd keeps open between two starts, and that the program is ready.

Nothing of it happens without systemd. See sd_listen_fds(3) and sd_notify(3).
"""

import os
import socket
from typing import Any

from granian import net
from granian.server.mp import MPServer

# Where systemd puts the first socket that it hands over.
FIRST_FD = 3
BACKLOG = 1024
# How long the system keeps a connection to itself that has not sent anything.
MAX_DEFERRED_S = 10


def inherited_socket() -> socket.socket | None:
    """The listening socket that systemd has opened (deploy/even-keel.socket); None if it has opened none for this process."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    return socket.socket(fileno=FIRST_FD)


def notify_ready() -> None:
    """Tell systemd that pages are served, so that `systemctl restart` returns only then."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        # An @ stands for the zero byte of a socket that is no file.
        manager.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        manager.sendall(b"READY=1")


class GranianServer(MPServer):
    """Granian, on a socket that is already listening if it is given one.

    On Linux each of its processes opens a socket and closes it at its end, which resets the connections that wait there. The socket that
    systemd keeps stays open, and they wait for the next start. On other systems Granian shares one socket in the same way.
    """

    def __init__(self, listening: socket.socket | None, *arguments: Any, **options: Any) -> None:
        self._listening = listening
        if listening is not None and hasattr(socket, "TCP_DEFER_ACCEPT"):
            # A process that ends closes connections of which it has read nothing yet. Now it gets only those that have asked for something.
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, MAX_DEFERRED_S)
        super().__init__(*arguments, **options)

    def _init_shared_socket(self) -> None:
        # Granian's types describe neither.
        server: Any = super()
        if self._listening is None:
            server._init_shared_socket()
            return
        holder: Any = net.SocketHolder  # type: ignore[attr-defined]
        self._ssp, self._sso, self._shd = None, self._listening, holder(self._listening.fileno(), False, BACKLOG)

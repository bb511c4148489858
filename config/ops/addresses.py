"""Where `serve` listens: which addresses lead there, and who holds a port that is taken."""

import psutil

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104, names for what a person asks for with --host


def in_address(host: str) -> str:
    """`host` as it is written in an address."""
    return f"[{host}]" if ":" in host else host


def reachable(host: str) -> list[str]:
    """The addresses of this machine at which other devices reach a server that listens on `host`; none if it is this machine's alone."""
    if host not in EVERYWHERE:
        return [] if host in ("localhost", "::1") or host.startswith("127.") else [in_address(host)]
    families = {"AF_INET"} if host == "0.0.0.0" else {"AF_INET", "AF_INET6"}  # noqa: S104, as above
    found = [address for card in psutil.net_if_addrs().values() for address in card if address.family.name in families]
    # An address of its own link (fe80::…%eth0) cannot be typed into a browser.
    outside = [each.address for each in found if not each.address.startswith(("127.", "169.254.", "fe80:")) and each.address != "::1"]
    return [in_address(address) for address in sorted(outside, key=lambda address: (":" in address, address))]


def holder(port: int) -> str:
    """Who listens on `port`, such as "nginx (process 812)"; empty if that cannot be seen, as for other users' processes."""
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port and connection.pid:
                process = psutil.Process(connection.pid)
                # Ours has several processes: the one to end is the first of them.
                for each in (process, *process.parents()[:1]):
                    if "serve" in each.cmdline() and any(part.endswith("manage.py") for part in each.cmdline()):
                        return f"another Even Keel (process {each.pid})"
                return f"{process.name()} (process {process.pid})"
    except psutil.Error:
        pass
    return ""

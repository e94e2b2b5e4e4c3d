"""A load generator small enough not to be what is measured: a few connections kept open, requests sent whole."""

import socket
import threading
import time

CONNECTIONS = 4


def rate(port: int, path: str, *, cookie: str, seconds: float) -> float:
    """Answers per second on `CONNECTIONS` connections; raises RuntimeError for any answer but 200."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: keep-alive\r\n\r\n"
    ).encode()
    counts = [0] * CONNECTIONS
    faults: list[str] = []
    ends = time.monotonic() + seconds

    def run(number: int, link: socket.socket) -> None:
        with link:
            while time.monotonic() < ends and not faults:
                link.sendall(request)
                status = _read(link)
                if status != b"200":
                    faults.append(f"{path} answered {status.decode()}")
                    return
                counts[number] += 1

    links = [socket.create_connection(("127.0.0.1", port)) for _ in counts]
    threads = [threading.Thread(target=run, args=(number, link)) for number, link in enumerate(links)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(faults[0])
    return sum(counts) / (time.monotonic() - started)


def _read(link: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(link)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    missing = length - len(body)
    while missing > 0:
        missing -= len(_more(link))
    return head.split(b" ", 2)[1]


def _more(link: socket.socket) -> bytes:
    data = link.recv(65536)
    if not data:
        raise RuntimeError("the server closed the connection")
    return data

"""The supervisor leaves nothing behind, however it or its children end."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from linkflow.supervisor import answers
from linkflow.testing.processes import free_ports
from tests.processes import child_environment

# A server that, like granian, forks a worker which would go on listening when its parent is killed.
SERVER = """
import os, signal, socket, sys, time
listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
if os.fork() == 0:
    if "deaf" in sys.argv:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        connection, _ = listening.accept()
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
        connection.close()
while True:
    time.sleep(0.1)
    if "frail" in sys.argv and os.path.exists(sys.argv[2]):
        sys.exit("lost heart")
"""

SUPERVISOR = """
import sys
from pathlib import Path
from linkflow.supervisor import Child, ChildFailed, supervise
place, port, *words = Path(sys.argv[1]), *sys.argv[2:]
children = [
    Child(f"server {number}", [sys.executable, str(place / "server.py"), number, str(place / "stop"), *words],
          place / f"{number}.log", ready=f"http://127.0.0.1:{number}/")
    for number in (port, str(int(port) + 1))
]
try:
    supervise(children, on_ready=lambda: print("ready", flush=True), patience=1.0)
except ChildFailed as failure:
    sys.exit(str(failure))
print("ended", flush=True)
"""


@pytest.fixture
def start(tmp_path: Path):
    (tmp_path / "server.py").write_text(SERVER)
    started = []

    def run(port: int, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(tmp_path), str(port), *words],
            env=child_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_quiet(port: int, *, within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not listening(port) and not listening(port + 1):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_and_the_ports_are_free(start, number: signal.Signals) -> None:
    port = free_ports()
    supervisor = start(port)
    assert supervisor.stdout.readline() == "ready\n"
    assert listening(port)
    supervisor.send_signal(number)
    told, complaints = supervisor.communicate(timeout=10)
    assert (supervisor.returncode, told, complaints) == (0, "ended\n", "")
    assert is_quiet(port, within=0.5)


def test_a_worker_deaf_to_signals_is_killed(start) -> None:
    port = free_ports()
    supervisor = start(port, "deaf")
    supervisor.stdout.readline()
    supervisor.terminate()
    assert supervisor.wait(timeout=10) == 0
    assert is_quiet(port, within=0.5)


def test_killing_the_supervisor_leaves_nothing_on_the_ports(start) -> None:
    port = free_ports()
    supervisor = start(port)
    supervisor.stdout.readline()
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    assert is_quiet(port)


def test_killing_it_before_it_is_ready_leaves_nothing_either(start) -> None:
    port = free_ports()
    supervisor = start(port)
    deadline = time.monotonic() + 10
    while not listening(port) and time.monotonic() < deadline:
        time.sleep(0.005)
    os.kill(supervisor.pid, signal.SIGKILL)
    supervisor.wait()
    assert is_quiet(port)


def test_when_one_child_ends_by_itself_all_end_and_its_last_words_are_told(start, tmp_path: Path) -> None:
    port = free_ports()
    supervisor = start(port, "frail")
    supervisor.stdout.readline()
    (tmp_path / "stop").touch()
    _, complaints = supervisor.communicate(timeout=10)
    assert supervisor.returncode == 1
    assert "ended by itself" in complaints
    assert "lost heart" in complaints
    assert is_quiet(port, within=0.5)


def test_a_connection_that_reaches_itself_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        echoing = threading.Thread(target=_echo, args=(server,), daemon=True)
        echoing.start()
        assert not answers(f"http://127.0.0.1:{server.getsockname()[1]}/health/live")
        echoing.join(5)


def test_free_ports_are_none_that_outgoing_connections_get() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert all(free_ports() + 1 < lowest for _ in range(20))


def test_free_ports_are_given_once_before_anybody_listens_there() -> None:
    """Whoever asks for some starts its server later, while other processes ask, too."""
    mine = {free_ports() for _ in range(60)}
    asking = "from linkflow.testing.processes import free_ports; print(*(free_ports() for _ in range(600)))"
    told = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True).stdout.split()
    assert len(mine) == 60
    assert not mine & set(map(int, told))


def _echo(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(connection.recv(4096))

"""`linkflow demo` as a person starts it: what it prints and writes, that it ends, and that a second start is ready."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from linkflow.demo import SIGN_INS
from linkflow.testing.processes import free_ports
from tests.processes import child_environment, linkflow


@contextlib.contextmanager
def demo(folder: Path, port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        linkflow("demo", "--port", str(port), "--folder", str(folder)),
        env=child_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()


def told(folder: Path, process: subprocess.Popen[str], *, seconds: float = 60) -> dict:
    deadline = time.monotonic() + seconds
    while not (folder / "demo.json").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "the demo was not ready in time"
        time.sleep(0.05)
    return json.loads((folder / "demo.json").read_text())


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def await_mail(mailbox: str) -> None:
    deadline = time.monotonic() + 30
    while "owner@example.com" not in fetched(mailbox):
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.2)


def listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def quiet(port: int, *, within: float = 8.0) -> bool:
    deadline = time.monotonic() + within
    while listening(port) or listening(port + 1):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_the_demo_is_ready_to_use_mails_ends_cleanly_and_starts_again_with_its_data(tmp_path: Path) -> None:
    folder, port = tmp_path / "demo", free_ports()
    with demo(folder, port) as process:
        first = told(folder, process)
        assert set(first) == {"portal", "email", "password", "mailbox", "links"}
        assert set(first["links"]) == {"financials", "spend_analysis", "both"}
        fetched(f"http://127.0.0.1:{port}/health/live")
        for link in first["links"].values():
            assert 'data-page="welcome"' in fetched(link)
        assert "<html" in fetched(first["portal"])
        await_mail(first["mailbox"])
        shared = [path for path in folder.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
        assert (shared, stat.S_IMODE(folder.stat().st_mode)) == ([], 0o700)
        process.send_signal(signal.SIGINT)
        printed, complaints = process.communicate(timeout=15)
        assert (process.returncode, complaints) == (0, "")
        assert all(address in printed for address in (first["portal"], first["mailbox"], *first["links"].values()))
        for kind, link in first["links"].items():
            assert f"sign in as {SIGN_INS[kind]}\n" in printed.split(link)[1].split("http")[0]
        assert quiet(port, within=0.5)
    with demo(folder, port) as process:
        assert told(folder, process) == first
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert quiet(port)


def test_a_taken_port_is_said_before_anything_starts(tmp_path: Path) -> None:
    port = free_ports()
    with socket.create_server(("127.0.0.1", port + 1)), demo(tmp_path / "demo", port) as process:
        _, complaints = process.communicate(timeout=30)
    assert process.returncode == 1
    assert f"Port {port + 1} is taken" in complaints
    assert not (tmp_path / "demo").exists()

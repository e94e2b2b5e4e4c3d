"""Real server processes for tests: started in a session of their own, waited for, and ended with all they started."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from linkflow.supervisor import answers

ROOT = Path(__file__).parent.parent
HOOKS = ROOT / "tests" / "hooks"


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without its own LINKFLOW_ settings, with the tests' hooks, and `extra`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LINKFLOW_") or name.startswith("LINKFLOW_TEST_")
    }
    path = os.pathsep.join((str(HOOKS), str(ROOT)))
    return {**kept, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", **(extra or {})}


@contextlib.contextmanager
def running(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process and everything it starts, killed as one group at the end. What it prints goes to `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=child_environment(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            end(process)


def end(process: subprocess.Popen[bytes], *, patience: float = 10.0) -> None:
    """Ask the process to stop, then kill its whole group; reaped in every case."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(url: str, *, process: subprocess.Popen[bytes] | None = None, log: Path, seconds: float = 30.0) -> None:
    """Until `url` answers anything below 500; fails with the log's end when the process dies or time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answers(url):
            return
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.05)
    raise AssertionError(f"{url} did not answer:\n{log.read_text(errors='replace')[-4000:]}")


def linkflow(*arguments: str) -> list[str]:
    """The `linkflow` command of this environment."""
    return [sys.executable, "-m", "linkflow", *arguments]


def node() -> str:
    """Node from the environment's own wheel, else the system's."""
    bundled = Path(sys.executable).parent / "node"
    found = str(bundled) if bundled.exists() else shutil.which("node")
    if found is None:
        raise AssertionError("Node is missing: run `make setup`, which brings it as a Python wheel")
    return found

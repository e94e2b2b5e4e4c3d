"""The worker as a process: one name, a row that says it is alive, an end in order."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from linkflow.jobs.upgrade import upgrade
from linkflow.store import workers
from tests.config_factories import make_settings
from tests.jobs.rig import make_context
from tests.processes import ROOT, child_environment, end

SCRIPT = """
import sys
from pathlib import Path
from linkflow.jobs import worker
from tests.config_factories import make_settings
from tests.jobs.rig import make_context
try:
    worker.run(make_context(make_settings(Path(sys.argv[1]))))
except worker.NameTaken as taken:
    sys.exit(str(taken))
"""


def start(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder)],
        cwd=ROOT,
        env=child_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_a_worker_appears_keeps_its_name_and_ends_in_order_when_asked(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    upgrade(settings.database_url)
    ctx = make_context(settings)
    first = start(tmp_path)
    try:
        ends = time.monotonic() + 60
        seen = None
        while seen is None:
            assert time.monotonic() < ends
            assert first.poll() is None
            time.sleep(0.1)
            with ctx.database.reading() as tx:
                seen = workers.last_seen(tx)
        second = start(tmp_path)
        _, complaint = second.communicate(timeout=60)
        assert second.returncode == 1
        assert "LINKFLOW_WORKER_NAME" in complaint
        first.send_signal(signal.SIGTERM)
        _, said = first.communicate(timeout=30)
        assert (first.returncode, "Traceback" in said) == (0, False), json.dumps(said)
    finally:
        end(first, patience=0)
    ctx.database.dispose()

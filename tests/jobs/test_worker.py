"""The worker as a process: one name, a row that says it is alive, an end in order."""

import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from linkflow.jobs.upgrade import upgrade
from linkflow.outbound.oauth2 import Tokens
from linkflow.store import grants, workers
from tests.config_factories import make_settings
from tests.jobs.rig import SCOPES, START, Clock, add_rows, make_context
from tests.processes import ROOT, child_environment, end
from tests.services.test_granting import catalogue_at
from tests.services.token_server import token_server

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


REFRESHING = """
import json, sys, threading
from pathlib import Path
from linkflow.jobs import worker
from linkflow.services import granting
from tests.config_factories import make_settings
from tests.jobs.rig import Clock, make_context
from tests.services.test_granting import catalogue_at
folder, url, grant_id = sys.argv[1:]
ctx = make_context(make_settings(Path(folder)), catalogue=catalogue_at(url), clock=Clock())
threading.Thread(target=granting.access_token, args=(ctx, grant_id), daemon=True).start()
worker.run(ctx)
"""


@pytest.mark.slow
def test_a_worker_that_ends_waits_for_the_tokens_on_their_way(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    upgrade(settings.database_url)
    begun, slowly = threading.Event(), 6.0
    with token_server() as server:

        def meanwhile() -> None:
            begun.set()
            time.sleep(slowly)

        server.meanwhile = meanwhile
        ctx = make_context(settings, catalogue=catalogue_at(server.url), clock=Clock())
        rows = add_rows(ctx, tokens=Tokens("access-1", "refresh-1", SCOPES, START, None))
        command = [sys.executable, "-c", REFRESHING, str(tmp_path), server.url, rows.grant_id]
        process = subprocess.Popen(command, cwd=ROOT, env=child_environment(), start_new_session=True)
        try:
            assert begun.wait(60)
            seen = None
            while seen is None:
                time.sleep(0.1)
                with ctx.database.reading() as tx:
                    seen = workers.last_seen(tx)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            end(process, patience=0)
        with ctx.database.reading() as tx:
            kept = grants.grant(tx, rows.grant_id)
        assert kept is not None
        assert kept.previous_refresh_token is not None
    ctx.database.dispose()

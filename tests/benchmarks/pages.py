"""The customer's pages: requests a second against a bare view of the same template, and queries a page.

`page_vs_bare` is of the slowest page, measured in turns on one server so that both meet the same noise. The page that
asks the software for its companies is left out: most of its time is another host's.
"""

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from linkflow import create_app, paths
from linkflow.jobs.upgrade import upgrade
from linkflow.services.context import Context
from linkflow.testing.processes import free_ports
from linkflow.wiring import context_from
from tests.benchmarks import first_view
from tests.benchmarks.load import rate
from tests.benchmarks.results import Figure
from tests.benchmarks.visits import Place, places

ROUNDS = 3
SECONDS = 1.0
SERVE = "from linkflow.serving import serve; serve('tests.benchmarks.server:make', host='127.0.0.1', port={port})"


def measure() -> list[Figure]:
    """Every figure of this module."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_ports()
        told = environment(Path(folder), port)
        upgrade(context_from(told).settings.database_url)
        ctx = context_from(told)
        found = places(create_app(ctx), ctx)
        queries = _queries(ctx, found)
        with _server(told, found, port):
            rates = {place.name: _compare(port, number, place) for number, place in enumerate(found)}
            seen = first_view.measure(port, found)
    for name, (own, bare) in rates.items():
        print(f"  {name:<14} {own:>7.0f}/s  bare {bare:>7.0f}/s  {own / bare:.2f}  {queries[name]} queries")
    slowest = min(rates, key=lambda name: rates[name][0])
    own, bare = rates[slowest]
    worst = min(rates, key=lambda name: rates[name][0] / rates[name][1])
    return [
        Figure("page_vs_bare", own / bare, "ratio", reference=0.5, ratio=own / bare / 0.5, note=f"slowest: {slowest}"),
        Figure(
            "page_vs_bare_min",
            rates[worst][0] / rates[worst][1],
            "ratio",
            reference=0.5,
            ratio=rates[worst][0] / rates[worst][1] / 0.5,
            note=f"least: {worst}",
        ),
        Figure("queries_per_page_max", max(queries.values()), "queries", reference=3, ratio=max(queries.values()) / 3),
        *seen,
    ]


def _compare(port: int, number: int, place: Place) -> tuple[float, float]:
    """Medians over rounds taken in turns."""
    own, bare = [], []
    for _ in range(ROUNDS):
        own.append(rate(port, place.path, cookie=_fresh(port, place), seconds=SECONDS))
        bare.append(rate(port, f"/bare/{number}", cookie="", seconds=SECONDS))
    return statistics.median(own), statistics.median(bare)


def _fresh(port: int, place: Place) -> str:
    """The browser's cookie of this minute: its last use is noted once a minute, not at each request."""
    link = http.client.HTTPConnection("127.0.0.1", port)
    link.request("GET", place.path, headers={"Cookie": place.cookie})
    given = link.getresponse().getheader("Set-Cookie")
    link.close()
    return given.partition(";")[0] if given else place.cookie


def _queries(ctx: Context, found: list[Place]) -> dict[str, int]:
    """Statements of each page; those that only open a transaction are not counted."""
    client, counts = create_app(ctx).test_client(use_cookies=False), {}
    for place in found:
        with ctx.database.counted() as statements:
            answer = client.get(place.path, headers={"Cookie": place.cookie}, base_url=ctx.settings.public_url)
        if answer.status_code != 200:
            raise RuntimeError(f"{place.name} answered {answer.status_code}")
        counts[place.name] = len(statements)
    return counts


@contextmanager
def _server(environment: Mapping[str, str], found: list[Place], port: int) -> Iterator[None]:
    told = environment | {"LINKFLOW_TEST_BENCH": json.dumps([asdict(place) for place in found])}
    process = subprocess.Popen([sys.executable, "-c", SERVE.format(port=port)], env=told, start_new_session=True)
    try:
        _wait_for(port)
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not start")


def environment(folder: Path, port: int) -> dict[str, str]:
    """The settings of an installation of its own in `folder`, answering at `port`."""
    mailbox = folder / "mailbox"
    mailbox.mkdir()
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("LINKFLOW_")},
        "LINKFLOW_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "LINKFLOW_SECRET_KEYS": "a-signing-key-that-is-only-for-benchmarks",
        "LINKFLOW_ENCRYPTION_KEYS": "bench:" + "A" * 43 + "=",
        "LINKFLOW_DATA_DIR": str(folder),
        "LINKFLOW_ORGANIZATIONS_DIR": str(paths.config() / "organizations"),
        "LINKFLOW_MAILBOX_DIR": str(mailbox),
        "LINKFLOW_MAIL_FROM": "Benchmark <bench@example.com>",
        "LINKFLOW_SOFTWARE_SANDBOX_CLIENT_ID": "bench",
        "LINKFLOW_SOFTWARE_SANDBOX_CLIENT_SECRET": "only-for-benchmarks",
    }

"""What a customer's first look at each page costs: bytes and requests, and what Lighthouse says of it on a phone.

Bytes are those of every body as `gzip -9` packs it: the page, and whatever it names of ours. An organization's own
pictures count as requests, not in bytes. Lighthouse is its mobile preset, in the Chromium that tests use; it does not
look at the page on the way out, which goes on to the software by itself.
"""

import gzip
import http.client
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from linkflow.preview.chromium import BROWSERS, flags
from tests.benchmarks.results import Figure
from tests.benchmarks.visits import Place
from tests.processes import ROOT, node

MOST_KB = 15.0
CATEGORIES = {"accessibility": 100, "best-practices": 100, "performance": 98}
LIGHTHOUSE = ROOT / "tests" / "node" / "node_modules" / "lighthouse" / "cli" / "index.js"
_NAMED = re.compile(r'(?:href|src)="(/(?:static|theme|marks)/[^"#]+)')
_PICTURES = re.compile(r'(?:href|src)="(/brand/[^"#]+)')


GOES_ON = "leaving"
TRIES = 3
"""Lighthouse asks to be run again where the browser lost its trace."""


@dataclass(frozen=True)
class View:
    """One page: bytes packed, requests, and Lighthouse's scores by category, of 100, where it has looked."""

    name: str
    bytes: int
    requests: int
    scores: dict[str, int]


def measure(port: int, found: Sequence[Place]) -> list[Figure]:
    """Every figure of this module, of pages a running server has at `port`."""
    views = [_view(port, place) for place in found]
    for view in views:
        scores = "  ".join(f"{name} {score}" for name, score in view.scores.items())
        print(f"  {view.name:<14} {view.bytes / 1000:>5.1f} kB in {view.requests:>2} requests  {scores}")
    heaviest = max(views, key=lambda view: view.bytes)
    kb = heaviest.bytes / 1000
    figures = [
        Figure("first_view_kb_max", kb, "kB", reference=MOST_KB, ratio=kb / MOST_KB, note=f"heaviest: {heaviest.name}")
    ]
    judged = [view for view in views if view.scores]
    for category, least in CATEGORIES.items():
        worst = min(judged, key=lambda view: view.scores[category])
        score, name = worst.scores[category], f"lighthouse_{category.replace('-', '_')}_min"
        figures.append(Figure(name, score, "of 100", reference=least, ratio=score / least, note=f"least: {worst.name}"))
    return figures


def _view(port: int, place: Place) -> View:
    page = _body(port, place.path, place.cookie)
    named = sorted(set(_NAMED.findall(page.decode())))
    bodies = [page, *(_body(port, path, place.cookie) for path in named)]
    packed = sum(len(gzip.compress(body, 9, mtime=0)) for body in bodies)
    requests = len(bodies) + len(set(_PICTURES.findall(page.decode())))
    return View(place.name, packed, requests, _scores(port, place) if place.name != GOES_ON else {})


def _body(port: int, path: str, cookie: str) -> bytes:
    link = http.client.HTTPConnection("127.0.0.1", port)
    link.request("GET", path, headers={"Cookie": cookie})
    answer = link.getresponse()
    body = answer.read()
    link.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return body


def _scores(port: int, place: Place) -> dict[str, int]:
    browser = next(filter(None, map(shutil.which, BROWSERS[1:])), None)
    if browser is None:
        raise RuntimeError("Lighthouse needs Chromium: `make browser` brings it")
    options = " ".join(f'"{one}"' if " " in one else one for one in ("--headless=new", *flags()))
    with tempfile.TemporaryDirectory() as folder:
        told, report = Path(folder) / "headers.json", Path(folder) / "report.json"
        told.write_text(json.dumps({"Cookie": place.cookie}))
        command = [node(), str(LIGHTHOUSE), f"http://127.0.0.1:{port}{place.path}", "--quiet", "--output=json"]
        command += [f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}", f"--chrome-flags={options}"]
        command += [f"--extra-headers={told}"]
        for _ in range(TRIES):
            done = subprocess.run(command, check=False, env={**os.environ, "CHROME_PATH": browser}, timeout=180)
            if done.returncode == 0:
                break
        categories = json.loads(report.read_text())["categories"]
    return {name: round(categories[name]["score"] * 100) for name in CATEGORIES}

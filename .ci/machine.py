"""What a machine must have before anything of the project can run; standard library only, any Python 3.11+.

    python3 .ci/machine.py venv           Python can make virtual environments
    python3 .ci/machine.py ports 8000     8000 and 8001 are free on this machine
    python3 .ci/machine.py browser        a Chromium is here (run by the project's own Python)
    python3 .ci/machine.py quick-browser  Debian's Chromium without windows is here, where there is one
    python3 .ci/machine.py postgres       PostgreSQL's server programs are here
    python3 .ci/machine.py libreoffice    LibreOffice's spreadsheet without windows is here

Each brings what is missing where it may (Debian's packages, as root), and all but the quick browser, which nothing
needs, otherwise say which command would.
"""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

QUICK = "chromium-headless-shell"
"""Chromium without windows, in a package of its own: the same pages for half the work."""
BROWSERS = (QUICK, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def venv() -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"linkflow needs Python 3.11 or later; {sys.executable} is {sys.version.split()[0]}.")
    if _has_ensurepip():
        return
    _bring("python3-venv", otherwise="Python cannot make virtual environments here.")
    if not _has_ensurepip():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(f"Python still cannot make virtual environments. Install python{version}-venv and try again.")


def ports(first: str = "8000") -> None:
    port = int(first)
    for number in (port, port + 1):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                sys.exit(f"Port {number} is taken. Choose another pair: make demo PORT={port + 10}")


def browser() -> None:
    if not _driver_runs():
        _bring("libatomic1", otherwise="Playwright's own Node does not start: it needs the library libatomic.")
    if _installed_browser():
        return
    if _may_use_apt():
        quick_browser()
        if not _installed_browser():
            _bring("chromium", "fonts-liberation", otherwise="")
    elif not _playwrights_own():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    if not (_installed_browser() or _playwrights_own()):
        sys.exit(
            "The browser tests need Chromium and it is not here. Install it with one of:\n"
            "  sudo apt-get install chromium                 (Debian, Ubuntu)\n"
            "  .venv/bin/python -m playwright install chromium\n"
            "or name one: LINKFLOW_TEST_CHROMIUM=/path/to/chromium make test"
        )


def quick_browser() -> None:
    """Nothing depends on it: where it cannot be had, `browser` brings the one with windows, or says what to do."""
    if "LINKFLOW_TEST_CHROMIUM" in os.environ or shutil.which(QUICK) or not _may_use_apt():
        return
    print(f"Installing {QUICK} …", flush=True)
    _apt(QUICK, "fonts-liberation")


def postgres() -> None:
    if not (shutil.which("pg_ctl") or list(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))):
        _bring("postgresql", otherwise="The PostgreSQL tests need its server programs.")


def libreoffice() -> None:
    if not (shutil.which("soffice") or shutil.which("libreoffice")):
        _bring("libreoffice-calc-nogui", otherwise="The test that works workbooks out anew needs LibreOffice.")


def _has_ensurepip() -> bool:
    return subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode == 0


def _installed_browser() -> str | None:
    named = os.environ.get("LINKFLOW_TEST_CHROMIUM")
    if named:
        return shutil.which(named) or sys.exit(f"LINKFLOW_TEST_CHROMIUM names {named}, which is no program.")
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _driver_runs() -> bool:
    from playwright._impl._driver import compute_driver_executable

    node = compute_driver_executable()[0]
    return subprocess.run([node, "--version"], capture_output=True).returncode == 0


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _may_use_apt() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _bring(*packages: str, otherwise: str) -> None:
    if not _may_use_apt():
        sys.exit(f"{otherwise} On Debian or Ubuntu: sudo apt-get install {' '.join(packages)}")
    print(f"Installing {', '.join(packages)} …", flush=True)
    done = _apt(*packages)
    if done.returncode:
        sys.exit(f"{' '.join(done.args)} failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")


def _apt(*packages: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update"], env=environment, capture_output=True)
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    return subprocess.run(install, env=environment, capture_output=True, text=True)


COMMANDS: dict[str, Callable[..., None]] = {
    "venv": venv,
    "ports": ports,
    "browser": browser,
    "quick-browser": quick_browser,
    "postgres": postgres,
    "libreoffice": libreoffice,
}

if __name__ == "__main__":
    COMMANDS[sys.argv[1]](*sys.argv[2:])

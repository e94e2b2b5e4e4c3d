"""What is published is complete: the wheel made from the sdist serves a page in an environment of its own."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

import pytest

from linkflow.testing.processes import free_ports
from tests.availability import require
from tests.processes import ROOT, end, wait_for

FOLDERS = ("templates", "static", "config")
UV = shutil.which(ROOT / ".tools" / "bin" / "uv") or shutil.which("uv")
# The address of a link is printed by the installed command itself; the configuration is the one inside the wheel.
PREPARE = """
import json, sys
from pathlib import Path
from linkflow import demo, demo_data, paths
assert "site-packages" in paths.__file__ and paths.templates().is_relative_to(Path(paths.__file__).parent)
environment = demo.environment_of(demo.Place(Path(sys.argv[1]), int(sys.argv[2])))
print(json.dumps({"links": demo_data.prepare(environment)[2], "environment": environment}))
"""


def run(*command: object, cwd: Path = ROOT) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKFLOW_")}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sdist")
    run(sys.executable, "-m", "build", "--no-isolation", "--sdist", "--outdir", place)
    return next(place.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(place, filter="data")
    source = next(place.glob("linkflow-*"))
    run(sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", place, cwd=source)
    return next(place.glob("*.whl"))


def shipped() -> set[str]:
    """Tracked files that must travel, as paths inside the package."""
    listed = run("git", "ls-files", "linkflow", *FOLDERS).split()
    return {name if name.startswith("linkflow/") else f"linkflow/{name}" for name in listed}


def test_the_wheel_carries_everything_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert shipped() - names == set()
    assert {name.split("/")[0] for name in names} == {"linkflow"}


def test_the_sdist_carries_its_tests_and_its_licence(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"pyproject.toml", "README.md", "LICENSE", "tests/conftest.py", "linkflow/__init__.py"} <= names
    assert not any(name.startswith((".venv", ".demo", "node_modules", "tests/node/node_modules")) for name in names)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean environment with the wheel and the locked versions of what it needs; answers its Python."""
    require(UV, "uv", command="make setup")
    place = tmp_path_factory.mktemp("installed")
    export = ("export", "--locked", "--no-dev", "--no-emit-project", "--no-hashes", "--quiet", "--output-file")
    run(UV, *export, place / "locked.txt")
    run(UV, "venv", "--quiet", "--python", sys.executable, place / "venv")
    python = place / "venv" / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, "--constraint", place / "locked.txt", wheel, cwd=place)
    return python


def test_the_installed_wheel_serves_the_welcome_page(installed: Path, tmp_path: Path) -> None:
    port = free_ports()
    prepared = json.loads(run(installed, "-I", "-c", PREPARE, tmp_path / "place", port, cwd=tmp_path))
    command = [installed.parent / "linkflow", "serve", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        environment = prepared["environment"]
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/health/live", process=process, log=tmp_path / "log")
        with urllib.request.urlopen(prepared["links"]["financials"], timeout=10) as answer:
            page = answer.read().decode()
        assert 'data-page="welcome"' in page
    finally:
        end(process)

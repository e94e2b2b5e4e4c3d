"""What is published is complete: the wheel made from the sdist serves a page in an environment of its own."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.processes import ROOT

FOLDERS = ("templates", "static", "config")
UV = ROOT / ".tools" / "bin" / "uv"


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

"""What must never slip, whoever writes the next module."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from flask import Flask

from linkflow.demo import Place, environment_of
from linkflow.settings import load_settings

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "linkflow"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 300
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
NESTED = {"web/customer", "web/gallery", "web/portal", "store/migrations", "store/migrations/versions"}
PIECES_OF_HOSTS = (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("debian", "org"))
TEXT = {".py", ".toml", ".md", ".html", ".txt", ".css", ".js", ".json", ".yaml", ".yml", ".env", ".svg", ".sh", ""}


def in_package(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tracked() -> Iterator[Path]:
    """The project's own text files; lock files are their tools' business."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        path = ROOT / name
        if path.suffix in TEXT and path.exists() and path.name not in ("uv.lock", "package-lock.json"):
            yield path


def test_imports_point_one_way() -> None:
    checked = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout[-6000:]


def test_the_domain_imports_the_standard_library_only() -> None:
    found = []
    for path in sorted((PACKAGE / "domain").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "linkflow.domain"]
            strangers = [n for n in names if n.split(".")[0] not in sys.stdlib_module_names]
            found += [f"{in_package(path)}: {n}" for n in strangers if not n.startswith("linkflow.domain")]
    assert found == []


def test_no_module_imports_one_that_imports_it() -> None:
    """Not for types either. The package itself is left out: it loads the app when that is asked for."""
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in MODULES}
    imported = {name: set(_imports(path)) & (names.keys() - {name, "linkflow"}) for name, path in names.items()}
    TopologicalSorter(imported).prepare()  # raises CycleError with the modules of the circle


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_module_holds_two_subjects() -> None:
    written = [path for path in MODULES if "migrations" not in path.parts]
    lengths = {in_package(path): len(path.read_text().splitlines()) for path in written}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
    assert len((ROOT / "tests" / "conftest.py").read_text().splitlines()) < 150


def test_nothing_is_named_for_nothing() -> None:
    names = [path for folder in ("linkflow", "tests") for path in (ROOT / folder).rglob("*.py")]
    assert [in_package(path) for path in names if {path.stem, *path.parent.parts} & EMPTY_NAMES] == []


def test_packages_lie_one_level_deep() -> None:
    folders = {path.parent.relative_to(PACKAGE).as_posix() for path in MODULES}
    assert {folder for folder in folders if "/" in folder} <= NESTED


def test_every_module_opens_with_its_purpose() -> None:
    assert [in_package(path) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))] == []


@pytest.mark.parametrize("path", sorted((PACKAGE / "providers").glob("[a-z]*.py")), ids=lambda path: path.stem)
def test_every_provider_is_complete(path: Path) -> None:
    """One small file, one catalogue entry, one test of sample answers; and a fake of the vendor for tests."""
    name = path.stem
    assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
    for needed in (
        ROOT / "config" / "software" / f"{name}.toml",
        ROOT / "tests" / "providers" / f"test_{name}.py",
        # Sandbox Books is a whole product of its own.
        ROOT / ("linkflow/sandbox/app.py" if name == "sandbox" else f"tests/vendors/{name}.py"),
    ):
        assert needed.exists(), f"{in_package(path)} needs {in_package(needed)}"


def test_no_other_module_names_a_provider() -> None:
    providers = {path.stem for path in (PACKAGE / "providers").glob("[a-z]*.py")} - {"sandbox"}
    naming = re.compile(rf"linkflow\.providers\.({'|'.join(providers)})\b") if providers else re.compile(r"(?!)")
    assert [in_package(path) for path in MODULES if naming.search(path.read_text())] == []


def test_no_file_names_a_package_registry() -> None:
    hosts = [".".join(pieces) for pieces in PIECES_OF_HOSTS]
    assert [f"{in_package(p)}: {h}" for p in tracked() for h in hosts if h in p.read_text()] == []


def test_every_postponement_has_an_owner_and_a_date() -> None:
    words = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))
    plain = re.compile(rf"\b({words})\b(?!\([^)]+, \d{{4}}-\d\d-\d\d\))")
    assert [in_package(path) for path in tracked() if plain.search(path.read_text())] == []


def test_every_silenced_check_says_why() -> None:
    silenced = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|type: ignore\[[a-z-, ]+\])\s*(?P<why>.*)$")
    found = []
    for path in MODULES:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if (match := silenced.search(line)) and len(match["why"].strip(" #-:")) < 4:
                found.append(f"{in_package(path)}:{number}: {line.strip()}")
    assert found == []


def test_styles_and_scripts_stay_in_their_files() -> None:
    inline = re.compile(r"<style|<script(?![^>]*\ssrc=)|\sstyle=\"|\son[a-z]+=\"|javascript:")
    pages = [p for p in (ROOT / "templates").rglob("*.html") if "email" not in p.parts]
    assert [in_package(path) for path in pages if inline.search(path.read_text())] == []


def test_templates_turn_no_escaping_off() -> None:
    raw = re.compile(r"\|\s*safe\b|autoescape false")
    assert [in_package(p) for p in (ROOT / "templates").rglob("*.html") if raw.search(p.read_text())] == []


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    from linkflow.app import create_app

    place = Place(tmp_path_factory.mktemp("place"), 8000)
    return create_app(load_settings(environment_of(place)))


def test_every_route_stands_behind_a_guard_and_says_which(app: Flask) -> None:
    bare = [
        rule.rule for rule in app.url_map.iter_rules() if not getattr(app.view_functions[rule.endpoint], "guard", "")
    ]
    assert bare == []


def test_every_address_is_made_of_kebab_case_nouns(app: Flask) -> None:
    fixed = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*")
    pieces = {
        (rule.rule, piece)
        for rule in app.url_map.iter_rules()
        for segment in rule.rule.strip("/").split("/")
        for piece in re.sub(r"<[^>]+>", " ", segment).replace(".", " ").split()
    }
    assert {rule for rule, piece in pieces if not fixed.fullmatch(piece)} == set()

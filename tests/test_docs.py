"""The README and the docs say what is there: links, commands, settings, keys, tests and examples all exist."""

import ast
import base64
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from linkflow import cli, paths
from linkflow.organization_sign_in import SignInTable
from linkflow.settings import Settings, load_settings
from linkflow.settings_software import OF_SOFTWARE
from linkflow.software_file import SoftwareFile
from tests.config_factories import SECRET_KEY, make_organization
from tests.processes import ROOT

README = ROOT / "README.md"
PAGES = (README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
PICTURE_BYTES = 150_000


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def shell_lines() -> Iterator[tuple[str, list[str]]]:
    for page in PAGES:
        for block in blocks(page, "sh"):
            for line in block.replace("\\\n", " ").splitlines():
                if words := shlex.split(line, comments=True):
                    yield page.name, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        path, _, anchor = target.partition("#")
        assert not path.startswith("http"), f"{target}: no page depends on another host"
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_what_to_mind_is_told_of_each_vendor_one_signs_in_to_and_which_cannot_be_told_of_an_end() -> None:
    told = (ROOT / "docs" / "operations.md").read_text().partition("## Clients at vendors")[2].partition("\n## ")[0]
    table, _, below = told.rpartition("This is what vendors")
    for path in (paths.config() / "software").glob("*.toml"):
        software = tomllib.loads(path.read_text())
        if software["kind"] == "oauth" and path.stem != "sandbox":
            assert re.search(rf"^\| (.*, )?{software['name']}(,.*)? \|", table, re.MULTILINE), software["name"]
            assert (software["name"] in " ".join(below.split())) is ("revoke_url" not in software["oauth"])


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = {word for _, words in shell_lines() if words[0] == "make" for word in words[1:] if "=" not in word}
    assert {"demo", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_linkflow_command_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [words[1:] for _, words in shell_lines() if words[0] == "linkflow"]
    assert len(lines) >= 7
    for words in lines:
        assert callable(cli._parser().parse_args(words).run), words


def test_every_command_there_is_stands_in_the_readme() -> None:
    told = README.read_text()
    for name in (
        "demo",
        "serve",
        "worker",
        "check",
        "preview",
        "doctor",
        "db upgrade",
        "keys new",
        "user add",
        "request create",
    ):
        assert f"`linkflow {name}" in told, name
        with pytest.raises(SystemExit, match="0"):
            cli._parser().parse_args([*name.split(), "--help"])


def test_every_setting_stands_in_the_table_and_no_other() -> None:
    rows = re.findall(r"^\| (`LINKFLOW_[^|]+)\|", README.read_text(), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`LINKFLOW_([A-Z_]+)`", row)}
    gathered = {*OF_SOFTWARE, "sign_in_secrets"}
    known = {field.upper() for field in Settings.model_fields.keys() - gathered}
    assert told == known


def test_the_files_of_the_readme_are_what_they_say() -> None:
    text, sign_in, after, offered, words = blocks(README, "toml")[::-1]
    own = tomllib.loads(words)
    assert make_organization(content=own["content"], emails=own["emails"]).content
    assert make_organization(**tomllib.loads(offered)).default_language == "fr"
    assert make_organization(**tomllib.loads(after)).feel.redirect_parameters == ("campaign",)
    assert SignInTable(**tomllib.loads(sign_in)["sign_in"]).groups["bank-rm"] == "manager"
    software = SoftwareFile(**tomllib.loads(text)).software("strict_books", adapter=False)
    assert software.connection_only


def test_the_app_of_the_readme_carries_linkflow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = {
        "PUBLIC_URL": "https://www.example.com/books",
        "SECRET_KEYS": SECRET_KEY,
        "ENCRYPTION_KEYS": f"k1:{base64.b64encode(bytes(32)).decode()}",
        "ORGANIZATIONS_DIR": str(paths.config() / "organizations"),
        "DATA_DIR": str(tmp_path),
        "MAILBOX_DIR": str(tmp_path),
        "MAIL_FROM": "data@example.com",
    }
    for name, text in told.items():
        monkeypatch.setenv(f"LINKFLOW_{name}", text)
    (example,) = (text for text in blocks(README, "python") if "init_app" in text)
    made: dict[str, object] = {"__name__": "a_host_app"}
    exec(compile(example, "README.md", "exec"), made)
    app = made["app"]
    assert isinstance(app, Flask)
    assert app.test_client().get("/books/health/live").status_code == 200
    assert app.test_client().get("/health/live").status_code == 404


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_python_example_compiles(page: Path) -> None:
    for example in blocks(page, "python"):
        ast.parse(example)


def test_every_attack_the_security_page_names_is_a_test() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs" / "security.md").read_text())
    assert len(named) > 40
    for path, test in named:
        assert f"def {test}(" in (ROOT / path).read_text(), f"{path}::{test}"


def test_the_mistakes_operations_shows_are_those_linkflow_tells() -> None:
    (shown,) = (text for text in blocks(ROOT / "docs" / "operations.md", "") if "mistake" in text)
    with pytest.raises(Exception, match="PUBLIK") as told:
        load_settings({"LINKFLOW_PUBLIK_URL": "x", "LINKFLOW_MAIL_FROM": "nobody"})
    for line in shown.splitlines()[1:]:
        assert line in str(told.value)


def test_every_picture_is_small_and_shown() -> None:
    pictures = sorted((ROOT / "docs" / "images").glob("*.png"))
    shown = "".join(page.read_text() for page in PAGES)
    assert pictures
    for picture in pictures:
        assert picture.stat().st_size <= PICTURE_BYTES, picture.name
        assert f"images/{picture.name}" in shown, f"{picture.name} is shown nowhere"

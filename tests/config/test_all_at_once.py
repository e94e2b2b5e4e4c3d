"""Wrong settings do not hide what is wrong in the files beside them."""

from pathlib import Path

import pytest

from linkflow.problems import ConfigurationError
from linkflow.wiring import context_from


def test_mistakes_in_the_environment_and_in_both_folders_are_listed_together(tmp_path: Path) -> None:
    (tmp_path / "organizations").mkdir()
    (tmp_path / "software").mkdir()
    (tmp_path / "organizations" / "bank.toml").write_text('nam = "Bank"\n')
    (tmp_path / "software" / "books.toml").write_text('nam = "Books"\n')
    environ = {
        "LINKFLOW_PUBLIC_URL": "no address",
        "LINKFLOW_ORGANIZATIONS_DIR": str(tmp_path / "organizations"),
        "LINKFLOW_SOFTWARE_DIR": str(tmp_path / "software"),
    }
    with pytest.raises(ConfigurationError) as raised:
        context_from(environ)
    listed = {(problem.file, problem.key) for problem in raised.value.problems}
    assert {("environment", "LINKFLOW_PUBLIC_URL"), ("bank.toml", "nam"), ("books.toml", "nam")} <= listed


def test_wrong_settings_alone_are_listed_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        context_from({"LINKFLOW_PUBLIC_URL": "no address", "LINKFLOW_ORGANIZATIONS_DIR": str(tmp_path / "none")})
    assert {problem.file for problem in raised.value.problems} == {"environment"}

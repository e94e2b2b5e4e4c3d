"""Wrong settings do not hide what is wrong in the files beside them."""

from pathlib import Path

import pytest

from linkflow import paths
from linkflow.problems import ConfigurationError
from linkflow.settings import Credentials
from linkflow.wiring import context_from, make_context
from tests.config_factories import make_settings


def test_mistakes_in_the_environment_and_in_every_file_are_listed_together(tmp_path: Path) -> None:
    (tmp_path / "organizations").mkdir()
    (tmp_path / "software").mkdir()
    (tmp_path / "organizations" / "bank.toml").write_text('nam = "Bank"\n')
    (tmp_path / "software" / "books.toml").write_text('nam = "Books"\n')
    (tmp_path / "own.toml").write_text("[short]\n")
    environ = {
        "LINKFLOW_PUBLIC_URL": "no address",
        "LINKFLOW_ORGANIZATIONS_DIR": str(tmp_path / "organizations"),
        "LINKFLOW_SOFTWARE_DIR": str(tmp_path / "software"),
        "LINKFLOW_CATEGORIES_PATH": str(tmp_path / "own.toml"),
    }
    with pytest.raises(ConfigurationError) as raised:
        context_from(environ)
    listed = {(problem.file, problem.key) for problem in raised.value.problems}
    assert {("environment", "LINKFLOW_PUBLIC_URL"), ("bank.toml", "nam"), ("books.toml", "nam")} <= listed
    assert ("own.toml", "income") in listed


def test_categories_of_ones_own_replace_the_shipped_ones_and_are_judged_with_everything_else(tmp_path: Path) -> None:
    (software := tmp_path / "software").mkdir()
    (software / "books.toml").write_text(
        'name = "Books"\nvendor = "Books"\n[account_types]\nTILL = "asset.current.till"\n'
    )
    own = tmp_path / "own.toml"
    shipped = (paths.config() / "categories.toml").read_text()
    own.write_text(shipped.replace("[asset.current.cash]", "[asset.current.till]"))
    settings = make_settings(tmp_path, software_dir=software, software_credentials={})
    with pytest.raises(ConfigurationError) as raised:
        make_context(settings)
    assert ("books.toml", "account_types.'TILL'") in {(one.file, one.key) for one in raised.value.problems}
    with pytest.raises(ConfigurationError) as raised:
        make_context(settings.model_copy(update={"categories_path": own}))
    listed = [one for one in raised.value.problems if one.file == "own.toml"]
    assert any("asset.current.cash" in one.reason for one in listed)


def test_wrong_settings_alone_are_listed_alone(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as raised:
        context_from({"LINKFLOW_PUBLIC_URL": "no address", "LINKFLOW_ORGANIZATIONS_DIR": str(tmp_path / "none")})
    assert {problem.file for problem in raised.value.problems} == {"environment"}


def test_what_belongs_to_an_organization_there_is_not_is_told_at_the_start(tmp_path: Path) -> None:
    content = ['name = "Bank"', 'privacy_url = "https://bank.example"', "[look]", 'primary = "#12467b"']
    content += ["[help]", 'email = "help@bank.example"']
    own = Credentials(client_id="own", client_secret="s")
    settings = make_settings(
        tmp_path, organization_credentials={"bank": {"xero": own}, "bankk": {"xero": own}}, software_credentials={}
    )
    (tmp_path / "organizations" / "bank.toml").write_text("\n".join(content))
    with pytest.raises(ConfigurationError) as raised:
        make_context(settings)
    assert [str(one) for one in raised.value.problems] == [
        "environment: LINKFLOW_ORGANIZATION_BANKK_SOFTWARE_XERO_CLIENT_ID: names no organization; did you mean 'bank'?"
    ]

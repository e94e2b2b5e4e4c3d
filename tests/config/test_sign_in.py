"""`[sign_in]` in an organization's file, its secret in the environment, and what is refused about both."""

from pathlib import Path
from typing import Any

import pytest

from linkflow.catalogue import Catalogue
from linkflow.organization_sign_in import SignIn
from linkflow.organizations_watcher import OrganizationsWatcher
from linkflow.problems import ConfigurationError
from linkflow.settings import Settings, load_settings
from linkflow.wiring import make_context
from tests.config.test_settings import environ  # noqa: F401  # a fixture
from tests.config_factories import make_catalogue, make_organization, make_settings

SIGN_IN = {
    "issuer": "https://login.northbank.example/",
    "client_id": "linkflow",
    "groups": {"bank-rm": "manager", "bank-ro": "viewer"},
}
FILE = """\
name = "Northbank"
privacy_url = "https://northbank.example/privacy"
look = {primary = "#12467b"}
help = {email = "support@northbank.example"}
"""
TABLE = """
[sign_in]
issuer = "https://login.northbank.example"
client_id = "linkflow"
[sign_in.groups]
"bank-rm" = "manager"
"""


def sign_in(**over: Any) -> SignIn:
    found = make_organization(sign_in={**SIGN_IN, **over}).sign_in
    assert found is not None
    return found


def problems(**over: Any) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as refusal:
        sign_in(**over)
    return {problem.key: problem.reason for problem in refusal.value.problems}


def test_without_the_table_there_are_local_accounts_only() -> None:
    assert make_organization().sign_in is None


def test_three_keys_are_enough() -> None:
    found = sign_in()
    assert found.issuer == "https://login.northbank.example/", "compared letter by letter, so kept so"
    assert found.scopes == ("openid", "email", "profile")
    assert found.groups_claim == "groups"
    assert found.local is True
    assert found.admits("anybody@anywhere.example")


def test_the_highest_role_of_several_groups_counts() -> None:
    found = sign_in(groups={"a": "viewer", "b": "administrator", "c": "manager"})
    assert found.role_of(["a", "c", "x"]) == "manager"
    assert found.role_of(["c", "b", "a"]) == "administrator"
    assert found.role_of(["A", ""]) is None


def test_an_address_of_an_allowed_domain_is_admitted_whatever_its_case() -> None:
    found = sign_in(email_domains=["Northbank.Example"])
    assert found.admits("rita@NORTHBANK.example")
    assert not found.admits("rita@sub.northbank.example")
    assert not found.admits("rita@northbank.example@evil.example")


@pytest.mark.parametrize(
    ("over", "key"),
    [
        ({"issuer": "http://login.northbank.example"}, "sign_in.issuer"),
        ({"issuer": "https://login.northbank.example/?a=b"}, "sign_in.issuer"),
        ({"issuer": "https://user:pw@login.northbank.example"}, "sign_in.issuer"),
        ({"issuer": "https://" + "a" * 250 + ".example"}, "sign_in.issuer"),
        ({"issuer": "login.northbank.example"}, "sign_in.issuer"),
        ({"client_id": ""}, "sign_in.client_id"),
        ({"client_id": "a b"}, "sign_in.client_id"),
        ({"client_secret": "in-the-file"}, "sign_in.client_secret"),
        ({"scopes": ["email"]}, "sign_in.scopes"),
        ({"scopes": ["openid email"]}, "sign_in.scopes[0]"),
        ({"groups": {}}, "sign_in.groups"),
        ({"groups": {"bank-rm": "boss"}}, "sign_in.groups.bank-rm"),
        ({"groups_claim": ""}, "sign_in.groups_claim"),
        ({"hosts": ["https://login.example"]}, "sign_in.hosts[0]"),
        ({"email_domains": ["@northbank.example"]}, "sign_in.email_domains[0]"),
        ({"emails_verified": True}, "sign_in"),
        ({"local": "perhaps"}, "sign_in.local"),
    ],
)
def test_a_wrong_value_is_refused_under_its_key(over: dict[str, Any], key: str) -> None:
    assert set(problems(**over)) == {key}


def test_on_this_machine_an_issuer_may_be_http() -> None:
    assert sign_in(issuer="http://localhost:9000").issuer == "http://localhost:9000"


def test_the_secret_comes_from_the_environment_or_a_file(environ: dict[str, str], tmp_path: Path) -> None:  # noqa: F811  # the fixture of that name
    (tmp_path / "secret").write_text("s3cret-of-harbour\n")
    settings = load_settings(
        environ
        | {
            "LINKFLOW_SIGN_IN_NORTH_BANK_CLIENT_SECRET": "s3cret-of-north-bank",
            "LINKFLOW_SIGN_IN_HARBOUR_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        }
    )
    assert settings.sign_in_secrets == {"north-bank": "s3cret-of-north-bank", "harbour": "s3cret-of-harbour"}
    assert "s3cret" not in repr(settings)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = make_settings(tmp_path)
    (made.organizations_dir / "northbank.toml").write_text(FILE + TABLE)
    return made


def refused(settings: Settings) -> list[str]:
    with pytest.raises(ConfigurationError) as refusal:
        make_context(settings)
    return [str(problem) for problem in refusal.value.problems]


def test_a_table_without_its_secret_is_said_at_the_start(settings: Settings) -> None:
    assert refused(settings) == [
        "northbank.toml: sign_in: needs LINKFLOW_SIGN_IN_NORTHBANK_CLIENT_SECRET in the environment"
    ]


def test_a_secret_nobody_needs_is_said_at_the_start(settings: Settings) -> None:
    over = {"sign_in_secrets": {"northbank": "s3cret", "northbnk": "s3cret"}}
    (said,) = refused(settings.model_copy(update=over))
    assert said.startswith("environment: LINKFLOW_SIGN_IN_NORTHBNK_CLIENT_SECRET: belongs to no organization")
    assert said.endswith("did you mean 'northbank'?")
    assert "s3cret" not in said


def test_a_start_with_both_succeeds(settings: Settings) -> None:
    ctx = make_context(settings.model_copy(update={"sign_in_secrets": {"northbank": "s3cret"}}))
    found = ctx.organizations()["northbank"].sign_in
    assert found is not None
    assert dict(found.groups) == {"bank-rm": "manager"}
    ctx.http.close()
    ctx.database.dispose()


def test_while_running_the_table_can_go_but_not_come_without_a_secret(tmp_path: Path) -> None:
    file, now = tmp_path / "northbank.toml", [0.0]
    catalogue: Catalogue = make_catalogue()
    file.write_text(FILE + TABLE)
    watcher = OrganizationsWatcher(tmp_path, catalogue, sign_in_secrets={"northbank"}, clock=lambda: now[0])
    file.write_text(FILE)
    now[0] += 2
    assert watcher()["northbank"].sign_in is None
    (tmp_path / "harbour.toml").write_text(FILE + TABLE)
    now[0] += 2
    assert set(watcher()) == {"northbank"}, "the last good ones stay"
    assert [problem.file for problem in watcher.problems] == ["harbour.toml"]

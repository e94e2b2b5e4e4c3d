"""The `linkflow` command, each subcommand against a database and folders of its own."""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from linkflow import paths
from linkflow.cli import main
from linkflow.demo import Place, environment_of
from linkflow.services.accounts import account, check_password
from linkflow.services.context import Context
from linkflow.store import workers
from linkflow.wiring import context_from
from tests.services.people import with_codes

ADD_USER = ["user", "add", "rm@example.com", "--organization", "northbank", "--name", "Rita Manning"]
ASK = [
    *("request", "create", "--user", "rm@example.com", "--company", "Abra Kebabra Ltd", "--contact-name", "Anna Abra"),
    *("--contact-email", "anna@example.com", "--data", "both", "--name", "Virtual card application"),
]


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    environment = environment_of(Place(tmp_path / "place", 8000))
    for name, value in environment.items():
        if name.startswith("LINKFLOW_"):
            monkeypatch.setenv(name, value)
    return environment


def add_user(monkeypatch: pytest.MonkeyPatch, password: str = "a long enough password") -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main([*ADD_USER, "--password-stdin"])


def test_a_request_made_on_the_command_line_prints_its_link(environ, monkeypatch, capsys) -> None:
    assert main(["db", "upgrade"]) == 0
    assert add_user(monkeypatch) == 0
    capsys.readouterr()
    assert main([*ASK, "--mail"]) == 0
    assert capsys.readouterr().out.startswith("http://127.0.0.1:8000/l/")


def test_upgrading_twice_changes_nothing(environ) -> None:
    assert [main(["db", "upgrade"]), main(["db", "upgrade"])] == [0, 0]


@pytest.mark.parametrize(
    ("password", "told"), [("too short", "password: too-short"), ("x" * 300, "password: too-long")]
)
def test_a_password_that_is_too_short_or_too_long_is_refused(environ, monkeypatch, capsys, password, told) -> None:
    main(["db", "upgrade"])
    assert add_user(monkeypatch, password) == 1
    assert told in capsys.readouterr().err


def test_everything_that_is_wrong_with_an_account_is_told(environ, monkeypatch, capsys) -> None:
    main(["db", "upgrade"])
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    wrong = ["user", "add", "no address", "--organization", "northbank", "--name", " ", "--password-stdin"]
    assert main(wrong) == 1
    assert "email: not-an-address; name: empty; password: too-short" in capsys.readouterr().err


def test_an_address_has_one_account(environ, monkeypatch, capsys) -> None:
    main(["db", "upgrade"])
    assert [add_user(monkeypatch), add_user(monkeypatch)] == [0, 1]
    assert "email: taken" in capsys.readouterr().err


def test_nobody_can_ask_who_has_no_account(environ, capsys) -> None:
    main(["db", "upgrade"])
    assert main(ASK) == 1
    assert "nobody signs in as rm@example.com" in capsys.readouterr().err


def test_check_names_the_organizations_and_what_can_be_connected(environ, capsys) -> None:
    assert main(["check", "--without-browser"]) == 0
    told = capsys.readouterr().out
    assert "harbour, northbank" in told
    assert "No mistakes found." in told


def test_check_says_which_address_to_register_at_a_provider(environ, tmp_path: Path, monkeypatch, capsys) -> None:
    table = '[sign_in]\nissuer = "https://login.example"\nclient_id = "linkflow"\ngroups = {staff = "viewer"}\n'
    organization = (
        (paths.config() / "organizations" / "northbank.toml").read_text().replace("[look]", table + "[look]", 1)
    )
    place = tmp_path / "organizations"
    shutil.copytree(paths.config() / "organizations", place)
    (place / "northbank.toml").write_text(organization)
    monkeypatch.setenv("LINKFLOW_ORGANIZATIONS_DIR", str(place))
    monkeypatch.setenv("LINKFLOW_SIGN_IN_NORTHBANK_CLIENT_SECRET", "s3cret")
    assert main(["check", "--without-browser"]) == 0
    told = capsys.readouterr().out
    assert "https://login.example" in told
    assert "http://127.0.0.1:8000/portal/sign-in/northbank/callback" in told
    assert "s3cret" not in told


def test_check_lists_the_mistakes_of_every_file(environ, tmp_path: Path, monkeypatch, capsys) -> None:
    folder = tmp_path / "organizations"
    folder.mkdir()
    for name in ("first", "second"):
        (folder / f"{name}.toml").write_text('name = "X"\nlanguage = "en"\n')
    monkeypatch.setenv("LINKFLOW_ORGANIZATIONS_DIR", str(folder))
    assert main(["check", "--without-browser"]) == 1
    told = capsys.readouterr().err
    assert "first.toml: language:" in told
    assert "second.toml: language:" in told


def test_check_lists_wrong_options_of_the_mail_server_with_everything_else(environ, monkeypatch, capsys) -> None:
    monkeypatch.delenv("LINKFLOW_MAILBOX_DIR")
    monkeypatch.setenv("LINKFLOW_SMTP_URL", "smtp://anna:hush@mail.example.com?startls=off")
    monkeypatch.setenv("LINKFLOW_PROXY_HOPS", "many")
    assert main(["check", "--without-browser"]) == 1
    told = capsys.readouterr().err
    assert "LINKFLOW_SMTP_URL: has an option other than ca_file, helo, starttls, timeout" in told
    assert "LINKFLOW_PROXY_HOPS:" in told
    assert "hush" not in told


def test_serving_without_organizations_is_refused_before_anything_starts(environ, monkeypatch, capsys) -> None:
    monkeypatch.delenv("LINKFLOW_ORGANIZATIONS_DIR")
    assert main(["serve", "--port", "1"]) == 1
    assert "organizations_dir" in capsys.readouterr().err.lower()


def test_new_keys_are_added_to_the_files(tmp_path: Path, capsys) -> None:
    assert [main(["keys", "new", str(tmp_path / "keys")]), main(["keys", "new", str(tmp_path / "keys")])] == [0, 0]
    assert "LINKFLOW_SECRET_KEYS_FILE=" in capsys.readouterr().out
    assert len((tmp_path / "keys" / "encryption_keys").read_text().splitlines()) == 2


def test_an_unknown_word_is_explained(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["dance"])
    assert ended.value.code == 2
    assert "usage: linkflow" in capsys.readouterr().err


def test_the_shipped_organizations_are_found_wherever_linkflow_lies() -> None:
    assert {path.stem for path in (paths.config() / "organizations").glob("*.toml")} == {"northbank", "harbour"}


def typed(monkeypatch: pytest.MonkeyPatch, password: str, *words: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return main(["user", *words])


def opens(password: str, email: str = "rm@example.com") -> bool:
    with context() as ctx:
        return check_password(ctx, email, password) is not None


@contextmanager
def context() -> Iterator[Context]:
    ctx = context_from(os.environ)
    yield ctx
    ctx.database.dispose()


def test_an_organizations_first_account_is_its_administrator_and_later_ones_are_managers(
    environ, monkeypatch, capsys
) -> None:
    main(["db", "upgrade"])
    add_user(monkeypatch)
    assert "rm@example.com is administrator of northbank." in capsys.readouterr().out
    more = ["add", "--organization", "northbank", "--name", "Max Manager", "--password-stdin"]
    assert typed(monkeypatch, "a long enough password", *more, "max@example.com") == 0
    assert "max@example.com is manager of northbank." in capsys.readouterr().out
    assert typed(monkeypatch, "a long enough password", *more, "vera@example.com", "--role", "viewer") == 0
    assert "vera@example.com is viewer of northbank." in capsys.readouterr().out


def test_who_is_locked_out_gets_another_password(environ, monkeypatch, capsys) -> None:
    main(["db", "upgrade"])
    add_user(monkeypatch)
    assert typed(monkeypatch, "another long password", "password", "RM@example.com", "--password-stdin") == 0
    assert opens("another long password")
    assert not opens("a long enough password")
    assert typed(monkeypatch, "short", "password", "rm@example.com", "--password-stdin") == 1
    assert "password: too-short" in capsys.readouterr().err


def test_who_lost_the_device_is_let_in_without_codes(environ, monkeypatch, capsys) -> None:
    main(["db", "upgrade"])
    add_user(monkeypatch)
    with context() as ctx:
        with_codes(ctx, account(ctx, "rm@example.com"))
    told = ["password", "rm@example.com", "--password-stdin", "--remove-second-factor"]
    assert typed(monkeypatch, "another long password", *told) == 0
    with context() as ctx:
        assert account(ctx, "rm@example.com").totp_on_at is None  # type: ignore[union-attr]


def test_somebody_is_disabled_and_enabled_but_not_the_last_administrator(environ, monkeypatch, capsys) -> None:
    main(["db", "upgrade"])
    add_user(monkeypatch)
    assert main(["user", "disable", "rm@example.com"]) == 1
    assert "user: last-administrator" in capsys.readouterr().err
    more = ["--organization", "northbank", "--name", "Max Manager", "--password-stdin", "--role", "administrator"]
    typed(monkeypatch, "a long enough password", "add", "max@example.com", *more)
    assert main(["user", "disable", "rm@example.com"]) == 0
    assert not opens("a long enough password")
    assert main(["user", "enable", "rm@example.com"]) == 0
    assert opens("a long enough password")


@pytest.mark.parametrize("command", ["disable", "enable", "password"])
def test_nobody_of_that_address_is_said(environ, monkeypatch, capsys, command: str) -> None:
    main(["db", "upgrade"])
    assert typed(monkeypatch, "x", command, "nobody@example.com") == 1
    assert "nobody has the address nobody@example.com" in capsys.readouterr().err


def test_the_doctor_ends_with_a_failure_while_something_does_not_work(environ, capsys) -> None:
    assert main(["doctor", "--offline"]) == 1
    told = capsys.readouterr().out
    assert "FAILURE  there is no database at" in told
    assert "Redirect address to register: http://127.0.0.1:8000/callback/sandbox" in told
    main(["db", "upgrade"])
    assert main(["doctor", "sandbox", "--offline"]) == 1
    assert "FAILURE  None was ever heard of" in capsys.readouterr().out
    ctx = context_from(os.environ)
    with ctx.database.transaction() as tx:
        workers.appear(tx, "demo", now=ctx.now())
    ctx.database.dispose()
    assert main(["doctor", "--offline"]) == 0
    told = capsys.readouterr().out
    assert "No failure(s)," in told
    assert environ["LINKFLOW_SOFTWARE_SANDBOX_CLIENT_SECRET"] not in told
    assert main(["doctor", "sandbx"]) == 1
    assert "did you mean 'sandbox'?" in capsys.readouterr().err

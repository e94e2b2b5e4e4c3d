"""The environment: what must be there, what follows from what, and that no secret is ever repeated."""

import base64
import signal

import pytest

from linkflow.problems import ConfigurationError
from linkflow.settings import load_settings

KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def environ(tmp_path):
    return {
        "LINKFLOW_PUBLIC_URL": "https://data.example.com/share/",
        "LINKFLOW_SECRET_KEYS": f"{'old' * 12},{'new' * 12}",
        "LINKFLOW_ENCRYPTION_KEYS": f"k1:{KEY},k2:{KEY}",
        "LINKFLOW_ORGANIZATIONS_DIR": str(tmp_path),
        "LINKFLOW_SMTP_URL": "smtp://mailer:hunter2@mail.example.com:587",
        "LINKFLOW_MAIL_FROM": "Data requests <data@example.com>",
        "PATH": "/bin",
    }


def problems(environ):
    with pytest.raises(ConfigurationError) as refusal:
        load_settings(environ)
    return {problem.key: problem.reason for problem in refusal.value.problems}


def test_the_smallest_environment_gives_safe_settings(environ):
    settings = load_settings(environ)
    assert settings.public_url == "https://data.example.com/share"
    assert settings.trusted_hosts == ("data.example.com",)
    assert settings.database_url == "sqlite:////var/lib/linkflow/linkflow.db"
    assert settings.cookie_secure is True
    assert settings.outbound_allow_private is False
    assert settings.proxy_hops == 0
    assert settings.credentials("xero", "northbank") is None


def test_keys_are_kept_oldest_first(environ):
    settings = load_settings(environ)
    assert settings.secret_keys == ("old" * 12, "new" * 12)
    assert list(settings.encryption_keys) == ["k1", "k2"]
    assert settings.encryption_keys["k2"] == bytes(range(32))


def test_everything_missing_is_said_at_once():
    assert set(problems({})) == {
        "LINKFLOW_PUBLIC_URL",
        "LINKFLOW_SECRET_KEYS",
        "LINKFLOW_ENCRYPTION_KEYS",
        "LINKFLOW_ORGANIZATIONS_DIR",
        "LINKFLOW_SMTP_URL",
        "LINKFLOW_MAIL_FROM",
    }


def test_an_unknown_name_is_refused_with_the_nearest_known_one(environ):
    found = problems({**environ, "LINKFLOW_MAILFROM": "x"})
    assert found == {"LINKFLOW_MAILFROM": "is not a known setting; did you mean 'LINKFLOW_MAIL_FROM'?"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "http://data.example.com"),
        ("PUBLIC_URL", "https://user:pw@data.example.com"),
        ("PUBLIC_URL", "https://data.example.com/?a=b"),
        ("PUBLIC_URL", "data.example.com"),
        ("PUBLIC_URL", "https://data.example.com:99999999"),
        ("SECRET_KEYS", "short"),
        ("ENCRYPTION_KEYS", "k1:abcd"),
        ("ENCRYPTION_KEYS", f"k1:{KEY},k1:{KEY}"),
        ("ENCRYPTION_KEYS", KEY),
        ("ORGANIZATIONS_DIR", "/nowhere/at/all"),
        ("SOFTWARE_DIR", "/nowhere/at/all"),
        ("SMTP_URL", "mail.example.com"),
        ("SMTP_URL", "smtp://mail.example.com?tls=yes"),
        ("SMTP_URL", "smtp://mail.example.com?starttls=maybe"),
        ("SMTP_URL", "smtp://mail.example.com?timeout=forever"),
        ("SMTP_URL", "smtp://mail.example.com?ca_file=/nowhere/at/all"),
        ("SMTP_URL", "smtp://anna:hush@mail.example.com?starttls=off"),
        ("MAIL_FROM", "data@localhost"),
        ("MAIL_FROM", "a@example.com, b@example.com"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@example.com\nBcc: b@example.com"),
        ("DATABASE_URL", "mysql://x"),
        ("PROXY_HOPS", "many"),
        ("LOG_LEVEL", "LOUD"),
        ("WORKER_NAME", "a b"),
        ("UPLOAD_SCAN_COMMAND", "no-such-scanner -"),
        ("UPLOAD_SCAN_COMMAND", 'cat "'),
        ("UPLOAD_SCAN_SECONDS", "0"),
        ("UPLOAD_SCAN_ENVIRONMENT", "LINKFLOW_SECRET_KEYS"),
        ("UPLOAD_SCAN_ENVIRONMENT", "A=B"),
        ("OUTBOUND_TOTAL_SECONDS", "0"),
        ("COOKIE_SECURE", "perhaps"),
    ],
)
def test_a_wrong_value_is_refused_under_its_own_name(environ, name, value):
    assert set(problems({**environ, f"LINKFLOW_{name}": value})) == {f"LINKFLOW_{name}"}


def test_mail_goes_one_way(environ, tmp_path):
    assert "LINKFLOW_SMTP_URL" in problems({**environ, "LINKFLOW_MAILBOX_DIR": str(tmp_path)})
    del environ["LINKFLOW_SMTP_URL"]
    assert load_settings({**environ, "LINKFLOW_MAILBOX_DIR": str(tmp_path)}).mailbox_dir == tmp_path


def test_only_on_loopback_may_cookies_travel_in_clear(environ):
    assert load_settings({**environ, "LINKFLOW_PUBLIC_URL": "http://127.0.0.1:8000"}).cookie_secure is False
    assert load_settings({**environ, "LINKFLOW_PUBLIC_URL": "https://localhost"}).cookie_secure is True


def test_a_secret_can_come_from_a_file(environ, tmp_path):
    (tmp_path / "keys").write_text("from-a-file-" * 4 + "\n" + "and-another-" * 4 + "\n")
    del environ["LINKFLOW_SECRET_KEYS"]
    settings = load_settings({**environ, "LINKFLOW_SECRET_KEYS_FILE": str(tmp_path / "keys")})
    assert settings.secret_keys == ("from-a-file-" * 4, "and-another-" * 4)


def test_a_file_that_is_missing_or_doubled_is_named(environ, tmp_path):
    assert "LINKFLOW_SECRET_KEYS_FILE" in problems({**environ, "LINKFLOW_SECRET_KEYS_FILE": str(tmp_path / "none")})
    (tmp_path / "keys").write_text("k" * 40)
    assert "LINKFLOW_SECRET_KEYS_FILE" in problems({**environ, "LINKFLOW_SECRET_KEYS_FILE": str(tmp_path / "keys")})


def test_software_credentials_and_addresses_are_read_per_product(environ, tmp_path):
    (tmp_path / "secret").write_text("s3cret\n")
    settings = load_settings(
        {
            **environ,
            "LINKFLOW_SOFTWARE_ZOHO_BOOKS_CLIENT_ID": "us",
            "LINKFLOW_SOFTWARE_ZOHO_BOOKS_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
            "LINKFLOW_SOFTWARE_ZOHO_BOOKS_BASE_URL": "http://localhost:9/api",
        }
    )
    credentials = settings.credentials("zoho_books", "northbank")
    assert credentials is not None
    assert (credentials.client_id, credentials.client_secret) == ("us", "s3cret")
    assert settings.addresses("zoho_books") == {"base_url": "http://localhost:9/api"}


def test_half_a_pair_of_credentials_names_the_other_half(environ):
    found = problems({**environ, "LINKFLOW_SOFTWARE_XERO_CLIENT_ID": "us"})
    assert set(found) == {"LINKFLOW_SOFTWARE_XERO_CLIENT_SECRET"}


def test_no_secret_is_in_a_repr_or_in_an_error(environ):
    environ |= {"LINKFLOW_SOFTWARE_XERO_CLIENT_ID": "us", "LINKFLOW_SOFTWARE_XERO_CLIENT_SECRET": "s3cret-value"}
    environ["LINKFLOW_DATABASE_URL"] = "postgres://linkflow:pa55word@db/linkflow"
    settings = load_settings(environ)
    assert settings.database_url.startswith("postgresql+psycopg://")
    shown = repr(settings) + str(settings)
    for broken in ("SECRET_KEYS", "ENCRYPTION_KEYS", "SMTP_URL", "DATABASE_URL"):
        with pytest.raises(ConfigurationError) as refusal:
            load_settings({**environ, f"LINKFLOW_{broken}": "sekrit"})
        shown += str(refusal.value) + repr(refusal.value) + repr(refusal.value.__cause__)
    for secret in ("oldold", "newnew", KEY, "hunter2", "s3cret-value", "pa55word", "sekrit"):
        assert secret not in shown


def test_settings_cannot_be_changed(environ):
    with pytest.raises(ValueError, match="frozen"):
        load_settings(environ).public_url = "https://elsewhere.example.com"


def test_the_scanner_is_a_command_with_its_arguments(environ):
    environ["LINKFLOW_UPLOAD_SCAN_COMMAND"] = "cat --show-all 'a b'"
    assert load_settings(environ).upload_scan_command == ("cat", "--show-all", "a b")
    environ["LINKFLOW_UPLOAD_SCAN_ENVIRONMENT"] = "CLAMD_CONF, LD_LIBRARY_PATH"
    assert load_settings(environ).upload_scan_environment == ("CLAMD_CONF", "LD_LIBRARY_PATH")


def test_no_scanner_is_named_where_nobody_learns_how_it_ended(environ):
    environ["LINKFLOW_UPLOAD_SCAN_COMMAND"] = "cat"
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert "SIGCHLD" in problems(environ)["LINKFLOW_UPLOAD_SCAN_COMMAND"]
    finally:
        signal.signal(signal.SIGCHLD, before)


OWN = "LINKFLOW_ORGANIZATION_NORTH_BANK_SOFTWARE_ZOHO_BOOKS"


def test_an_organizations_own_client_goes_before_the_instances_and_is_nobody_elses(environ, tmp_path):
    (tmp_path / "secret").write_text("own-s3cret\n")
    settings = load_settings(
        {
            **environ,
            "LINKFLOW_SOFTWARE_ZOHO_BOOKS_CLIENT_ID": "us",
            "LINKFLOW_SOFTWARE_ZOHO_BOOKS_CLIENT_SECRET": "s3cret",
            f"{OWN}_CLIENT_ID": "north",
            f"{OWN}_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        }
    )
    own, shared = settings.credentials("zoho_books", "north-bank"), settings.credentials("zoho_books", "harbour")
    assert (own.client_id, own.client_secret, shared.client_id) == ("north", "own-s3cret", "us")
    assert settings.client("zoho_books", "north-bank", "north") == own
    assert settings.client("zoho_books", "north-bank", "us") == shared, "what was begun with the instance's goes on"
    assert settings.client("zoho_books", "north-bank", None) == shared
    assert settings.client("zoho_books", "harbour", "north") is None
    assert settings.client("zoho_books", "north-bank", "gone") is None
    assert settings.credentials("xero", "north-bank") is None
    assert "own-s3cret" not in repr(settings)


def test_what_is_fixed_for_an_organization_goes_before_what_is_fixed_for_all(environ):
    given = {"LINKFLOW_SOFTWARE_ZOHO_BOOKS_INPUT_DATA_CENTRE": "eu", f"{OWN}_INPUT_DATA_CENTRE": "in"}
    settings = load_settings({**environ, **given})
    assert settings.inputs("zoho_books", "harbour") == {"data_centre": "eu"}
    assert settings.inputs("zoho_books", "north-bank") == {"data_centre": "in"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({f"{OWN}_CLIENT_ID": "north"}, f"{OWN}_CLIENT_SECRET"),
        ({f"{OWN}_CLIENT_SECRET": "s"}, f"{OWN}_CLIENT_ID"),
        ({f"{OWN}_CLIENT_ID": "n" * 256, f"{OWN}_CLIENT_SECRET": "s"}, f"{OWN}_CLIENT_ID"),
        ({f"{OWN}_BASE_URL": "https://api.example.com"}, f"{OWN}_BASE_URL"),
        ({"LINKFLOW_SOFTWARE_XERO_TOKEN_URL": "nowhere"}, "LINKFLOW_SOFTWARE_XERO_TOKEN_URL"),
    ],
)
def test_what_is_wrong_about_software_names_its_own_variable(environ, given, named):
    assert set(problems({**environ, **given})) == {named}

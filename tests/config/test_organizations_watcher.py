"""While running: a good edit is taken whole, a bad one changes nothing and is said."""

import logging

import pytest

from linkflow.organizations_watcher import OrganizationsWatcher
from linkflow.problems import ConfigurationError
from tests.config_factories import make_catalogue

TEXT = """
name = "{name}"
privacy_url = "https://a.example/privacy"
look.primary = "#12467b"
help.email = "help@a.example"
"""


class Time:
    seconds = 0.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def watcher(tmp_path, time):
    (tmp_path / "one.toml").write_text(TEXT.format(name="First"))
    return OrganizationsWatcher(tmp_path, make_catalogue(), clock=time)


def test_an_edit_is_taken_a_second_later_as_a_new_set(watcher, tmp_path, time):
    before = watcher()
    (tmp_path / "one.toml").write_text(TEXT.format(name="Second"))
    (tmp_path / "two.toml").write_text(TEXT.format(name="Other"))
    time.seconds = 0.9
    assert watcher() is before
    time.seconds = 1.1
    assert watcher()["one"].name == "Second"
    assert set(watcher()) == {"one", "two"}
    assert before["one"].name == "First", "whoever holds the old set keeps it"


def test_nothing_changed_gives_the_same_object(watcher, time):
    before = watcher()
    time.seconds = 5
    assert watcher() is before


def test_a_bad_edit_keeps_the_last_good_set_and_says_why(watcher, tmp_path, time, caplog):
    before = watcher()
    (tmp_path / "two.toml").write_text(TEXT.format(name="Other") + "feel.welcom = 'full'\n")
    time.seconds = 2
    with caplog.at_level(logging.ERROR):
        assert watcher() is before
    assert "two.toml: feel.welcom: is not a known key; did you mean 'welcome'?" in caplog.text
    assert [problem.key for problem in watcher.problems] == ["feel.welcom"]
    caplog.clear()
    time.seconds = 4
    watcher()
    assert not caplog.records, "the same mistake is said once"
    (tmp_path / "two.toml").write_text(TEXT.format(name="Other"))
    time.seconds = 6
    assert set(watcher()) == {"one", "two"}
    assert watcher.problems == ()


def test_even_an_edit_nobody_thought_of_keeps_the_last_good_set(watcher, tmp_path, time, caplog, monkeypatch):
    before = watcher()
    (tmp_path / "two.toml").write_text(TEXT.format(name="Other"))
    with monkeypatch.context() as patched:
        patched.setattr("linkflow.organizations_watcher.load_organizations", lambda *_, **__: 1 / 0)
        time.seconds = 2
        assert watcher() is before
        assert "organizations not reloaded, the last good ones stay" in caplog.text
    (tmp_path / "two.toml").write_text(TEXT.format(name="Another"))
    time.seconds = 4
    assert set(watcher()) == {"one", "two"}


def test_a_changed_picture_is_noticed(watcher, tmp_path, time):
    before = watcher()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "logo.svg").write_text("<svg/>")
    time.seconds = 2
    assert watcher() is not before


def test_a_broken_file_stops_the_start(tmp_path):
    (tmp_path / "one.toml").write_text("name = 1")
    with pytest.raises(ConfigurationError):
        OrganizationsWatcher(tmp_path, make_catalogue())

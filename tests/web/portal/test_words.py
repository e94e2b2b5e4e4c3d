"""Every kind of event has a sentence."""

import ast
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import linkflow.services
from linkflow.services.admitting import TurnedAway
from linkflow.services.history import History
from linkflow.services.sync_endings import _EVENTS
from linkflow.store.events import Event
from linkflow.web.portal.refusals import why
from linkflow.web.portal.words import SENTENCES, sentence
from tests.config_factories import make_catalogue

NOBODY = History(events=(), users={}, handed_over={}, entities={"e1": "Abra Kebabra North"})


def event(kind: str, detail: str = "", entity_id: str | None = None) -> Event:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Event(id="x", organization="o", kind=kind, actor="linkflow", detail=detail, entity_id=entity_id, at=at)


def noted_kinds() -> set[str]:
    """The words that services write down, found where they are written."""
    found = set(_EVENTS.values()) | {"attempt-declined", "attempt-failed", "attempt-expired"}
    found |= {"mail-sent", "undeliverable", "mail-dropped"}
    for path in Path(linkflow.services.__path__[0]).glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", getattr(call.func, "id", "")) in NOTING:
                words = [part.value for argument in call.args[2:3] for part in ast.walk(argument) if _is_word(part)]
                found |= set(words)
    return found


NOTING = {"note", "note_by_user", "notice", "_note"}


def _is_word(part: ast.AST) -> bool:
    return isinstance(part, ast.Constant) and isinstance(part.value, str)


def test_every_kind_that_services_note_has_its_sentence() -> None:
    found = noted_kinds()
    assert len(found) > 25
    assert found - set(SENTENCES) == set()


def test_every_sentence_can_be_said() -> None:
    for kind in SENTENCES:
        said = sentence(event(*kind.partition(" ")[::2]), NOBODY, make_catalogue())
        assert said[0].isupper() or said[0] == "“"
        assert said.endswith((".", "”."))
        assert "{" not in said


def test_a_day_is_written_out() -> None:
    said = sentence(event("extended", "2027-01-05"), NOBODY, make_catalogue())
    assert said == "The request was given more time, until 5 January 2027."


def test_software_and_entity_are_named() -> None:
    said = sentence(event("consented", "sandbox", "e1"), NOBODY, make_catalogue())
    assert said == "Consent was given to share from Sandbox Books for Abra Kebabra North."
    assert sentence(event("consented", "upload"), NOBODY, make_catalogue()).endswith("from a file.")


def test_a_mismatch_is_told_and_a_match_is_not() -> None:
    assert "does not resemble" in sentence(event("linked", "mismatch"), NOBODY, make_catalogue())
    assert "does not resemble" not in sentence(event("linked", "match"), NOBODY, make_catalogue())


def test_what_a_customer_typed_is_repeated_as_it_is() -> None:
    said = sentence(event("software-missing", "{Tally} <b>"), NOBODY, make_catalogue())
    assert said == "The software used is not in the list: “{Tally} <b>”."


def test_a_user_that_something_was_done_to_is_named() -> None:
    known = replace(NOBODY, users={"u1": "Rita Manning"})
    assert (
        sentence(event("role-changed", "u1 manager"), known, make_catalogue())
        == "The role of Rita Manning is now manager."
    )
    assert (
        sentence(event("user-disabled", "u1"), known, make_catalogue()) == "Rita Manning was disabled and signed out."
    )
    assert sentence(event("user-disabled", "u2"), known, make_catalogue()) == "A user was disabled and signed out."


def test_a_kind_from_a_later_release_is_still_told() -> None:
    assert sentence(event("books-weighed"), NOBODY, make_catalogue()) == "Books weighed."


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("no-group", "the account is in no group that may use the portal."),
        ("other-browser", "the answer came in another browser than the one that set out."),
        ("token-signature", "the provider’s answer could not be trusted."),
        ("discovery-issuer-mismatch", "the provider’s answer could not be trusted."),
        ("issuer-missing", "the provider’s answer could not be trusted."),
        ("code-repeated-or-too-long", "the provider’s answer could not be trusted."),
        ("timeout", "the provider did not answer as it should."),
        ("invalid_client", "the provider did not allow it."),
    ],
)
def test_a_refused_sign_in_is_told_in_words(reason: str, said: str) -> None:
    told = sentence(event("sign-in-refused", reason), NOBODY, make_catalogue())
    assert told == f"A sign-in through the organization’s own provider was refused: {said}"


def test_every_way_to_be_turned_away_has_words_of_its_own() -> None:
    told = {why(one.value) for one in TurnedAway}
    assert len(told) == len(TurnedAway)
    assert why("invalid_client") not in told

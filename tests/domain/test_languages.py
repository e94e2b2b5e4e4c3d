"""Which of several texts a reader gets."""

import pytest

from linkflow.domain.languages import in_language

TEXTS = {"de": "Rolle", "en-US": "Role (US)", "en": "Role", "fr-CA": "Rôle (Canada)", "fr": "Rôle"}


@pytest.mark.parametrize(
    ("language", "got"),
    [
        ("fr-CA", "Rôle (Canada)"),
        ("fr", "Rôle"),
        ("fr-BE", "Rôle"),
        ("de-AT", "Rolle"),
        ("en-US", "Role (US)"),
        ("en-GB", "Role"),
        ("nl", "Role"),
    ],
)
def test_the_very_language_goes_before_its_relatives_and_these_before_english(language: str, got: str) -> None:
    assert in_language(TEXTS, language) == got


def test_without_english_the_first_written_down_is_read() -> None:
    assert in_language({"de": "Rolle", "fr": "Rôle"}, "nl") == "Rolle"
    assert in_language({"fr-CA": "Rôle"}, "fr") == "Rôle"


def test_one_text_is_everybodys() -> None:
    assert in_language("Role", "fr") == "Role"

"""What is told of an organization's words, language by language; and of languages linkflow does not speak."""

import pytest

from linkflow import languages
from linkflow.doctor import wording
from linkflow.doctor.wording import wanting
from linkflow.problems import ConfigurationError
from tests.config_factories import make_organization


def test_nothing_is_wanting_where_everything_is_written_and_confirmed() -> None:
    organization = make_organization(languages=["en-GB", "de"], reviewed_languages=["en-GB", "de"])
    assert [found for tag in organization.languages for found in wanting(organization, tag)] == []


def test_shipped_texts_count_as_unreviewed_until_they_are_confirmed_and_are_named() -> None:
    organization = make_organization(languages=["en-GB", "de"], reviewed_languages=["en-GB"])
    (found,) = wanting(organization, "de")
    assert "not confirmed the shipped texts in de" in found
    assert {"consent", "request", "reminder", "connected"} <= set(found.replace(",", " ").replace(":", " ").split())
    assert "digest" not in found, "a mail to users is nothing a customer reads"


def test_words_of_its_own_in_one_language_only_are_named_for_the_others() -> None:
    organization = make_organization(
        languages=["en-GB", "de", "fr"],
        reviewed_languages=["en-GB", "de", "fr"],
        content={"en-GB": {"welcome": {"title": "Hello"}}, "fr": {"welcome": {"title": "Bonjour"}}},
        emails={"en-GB": {"request": {"subject": "Your books"}}},
    )
    assert list(wanting(organization, "en-GB")) == []
    (german,) = wanting(organization, "de")
    assert "welcome.title" in german
    assert "email/request.subject" in german
    (french,) = wanting(organization, "fr")
    assert "welcome.title" not in french


def test_a_consent_with_fewer_sections_in_one_language_is_told() -> None:
    organization = make_organization(
        languages=["en-GB", "de"],
        reviewed_languages=["en-GB", "de"],
        consent=[
            {"header": "In both", "body": "Always."},
            {"header": "Who sees it", "body": "We do.", "language": "en-GB"},
        ],
    )
    assert list(wanting(organization, "en-GB")) == []
    (german,) = wanting(organization, "de")
    assert "Who sees it" in german
    assert "In both" not in german


def test_sentences_without_a_translation_are_named_and_the_rest_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    left = tuple(f"Sentence {n}" for n in range(12))
    monkeypatch.setattr(wording, "untranslated", lambda tag: left if tag == "de" else ())
    organization = make_organization(languages=["en-GB", "de"], reviewed_languages=["en-GB", "de"])
    (german,) = wanting(organization, "de")
    assert "“Sentence 0”" in german
    assert german.endswith("and 7 more")


def test_a_language_for_trying_layouts_is_loaded_and_told_of() -> None:
    organization = make_organization(languages=["en-GB", "en-XA", "ar-XB"])
    assert ["for trying layouts" in next(wanting(organization, tag)) for tag in ("en-XA", "ar-XB")] == [True, True]


@pytest.mark.parametrize("tag", ["sv", "zh-Hant", "en-GB-x", "ar"])
def test_a_language_linkflow_does_not_speak_is_a_mistake_that_names_those_there_are(tag: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        make_organization(languages=["en-GB", tag])
    (problem,) = refused.value.problems
    assert problem.key == "languages[1]"
    if tag != "en-GB-x":
        assert all(known in problem.reason for known in languages.shipped())


def test_a_language_listed_twice_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError) as refused:
        make_organization(languages=["de", "en-GB", "de"])
    (problem,) = refused.value.problems
    assert (problem.key, problem.reason) == ("languages[2]", "'de' is listed already")


@pytest.mark.parametrize("tag", ["en", "en-AU", "de-AT", "fr-CA", "pt-BR", "es-MX", "nl-BE"])
def test_a_region_reads_the_words_of_its_language(tag: str) -> None:
    assert make_organization(languages=[tag]).languages == (tag,)

"""The catalogues: each holds every message of the sources, and says with it what the source says."""

import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import Field, fields

import pytest
from babel.messages.catalog import Message

from linkflow import languages
from linkflow.languages import translations
from linkflow.pseudo import GROWTH, PSEUDO, arabic, grown
from linkflow.testing.pages import Words
from tests.languages.messages import PARTIAL, messages, read, shipped

LOCALES = [locale for locale in shipped() if locale not in PARTIAL]
_FILLED_IN = re.compile(r"%\((\w+)\)s")
_TAG = re.compile(r"</?\w+>|\{\w+\}")


@pytest.fixture(name="source", scope="module")
def of_the_sources() -> dict[object, Message]:
    return {_key(one.id): one for one in messages() if one.id}


def _key(found: object) -> object:
    return tuple(found) if isinstance(found, list | tuple) else found


def _forms(words: object) -> tuple[str, ...]:
    return tuple(words) if isinstance(words, list | tuple) else (str(words),)


def entries(locale: str) -> Iterator[Message]:
    return (one for one in read(shipped()[locale]) if one.id)


def test_the_languages_are_those_that_are_promised() -> None:
    assert sorted(languages.shipped()) == sorted(["en", "en-GB", "en-US", "de", "es", "fr", "nl", "pt"])


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_has_every_message_and_no_other(locale: str, source: dict[object, Message]) -> None:
    there = {_key(one.id) for one in entries(locale)}
    assert source.keys() - there == set(), "make messages puts them in; then they need words"
    assert there - source.keys() == set(), "make messages takes them out"
    assert languages.untranslated(locale) == ()


@pytest.mark.parametrize("locale", PARTIAL)
def test_a_catalogue_of_differences_differs_everywhere_from_messages_there_are(
    locale: str, source: dict[object, Message]
) -> None:
    every = list(entries(locale))
    assert {_key(one.id) for one in every} <= source.keys()
    assert every
    assert [one.id for one in every if one.id == one.string] == []


@pytest.mark.parametrize("locale", shipped())
def test_what_is_filled_in_and_marked_up_is_what_the_source_has(locale: str) -> None:
    wrong = []
    for one in entries(locale):
        wanted = [set(_FILLED_IN.findall(form)) for form in _forms(one.id)]
        for words in _forms(one.string):
            named = set(_FILLED_IN.findall(words))
            tags = sorted(_TAG.findall(words)) == sorted(_TAG.findall(_forms(one.id)[-1]))
            if named not in wanted or not tags or not _can_be_filled_in(words, set().union(*wanted)):
                wrong.append((one.id, words))
    assert wrong == []


def _can_be_filled_in(words: str, names: set[str]) -> bool:
    try:
        filled = words % dict.fromkeys(names, "x")
    except (KeyError, ValueError, TypeError):
        return False
    return "%(" not in filled


@pytest.mark.parametrize("locale", shipped())
def test_words_begin_and_end_as_the_source_does(locale: str) -> None:
    """Sentences stand beside one another in a page: a blank lost joins two, a line end added parts one."""
    wrong = []
    for one in entries(locale):
        first, last = _forms(one.id)[0], _forms(one.id)[-1]
        for words in _forms(one.string):
            if re.match(r"\s*", words)[0] != re.match(r"\s*", first)[0]:  # type: ignore[index]  # matches anything
                wrong.append((one.id, words))
            if re.search(r"\s*$", words)[0] != re.search(r"\s*$", last)[0]:  # type: ignore[index]  # the same
                wrong.append((one.id, words))
    assert wrong == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_counted_sentence_has_the_forms_of_its_language_and_each_number_its_own(locale: str) -> None:
    catalogue, words = read(shipped()[locale]), translations(locale)
    counted = [one for one in catalogue if isinstance(one.id, list | tuple)]
    assert counted
    for one in counted:
        single, several = one.id
        assert len(_forms(one.string)) == catalogue.num_plurals
        assert words.ngettext(single, several, 1) == one.string[0]
        assert words.ngettext(single, several, 2) == one.string[-1] == words.ngettext(single, several, 11)


@pytest.mark.parametrize("tag", PSEUDO)
def test_a_language_for_trying_layouts_keeps_what_is_filled_in_and_marked_up(
    tag: str, source: dict[object, Message]
) -> None:
    words = PSEUDO[tag]
    for key in source:
        for message in _forms(key):
            made = words.gettext(message)
            assert sorted(_FILLED_IN.findall(made)) == sorted(_FILLED_IN.findall(message))
            assert sorted(_TAG.findall(made)) == sorted(_TAG.findall(message))


def test_sentences_grow_by_two_fifths_and_show_where_they_were_cut() -> None:
    made = grown("Continue to %(software)s <strong>now</strong>")
    assert made.startswith("[")
    assert made.endswith("]")
    bare = len("Continue to  now")
    assert len(made) - len("%(software)s<strong></strong>") >= bare * GROWTH
    assert "Continue" not in made
    assert arabic("Code") != "Code"


def test_a_language_nobody_ships_is_english_and_is_known_not_to_be_spoken() -> None:
    assert translations("sv").gettext("Continue") == "Continue"
    assert not languages.is_spoken("sv")
    assert languages.is_spoken("de-AT")
    assert translations("de-AT").gettext("Finish") == translations("de").gettext("Finish") != "Finish"


def test_a_tag_of_thousands_of_parts_is_looked_up_by_its_first_ones() -> None:
    """A browser's header may be as long as the server takes; every shorter tag of it would be its square."""
    tracemalloc.start()
    try:
        found = languages.nearest_shipped("de-" + "-".join("a" * 4000))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == "de"
    assert most < 1_000_000


@pytest.mark.parametrize(("tag", "locale"), [("pt", "pt_PT"), ("pt-BR", "pt_BR"), ("de-AT", "de_AT"), ("en", "en_GB")])
def test_dates_and_figures_are_of_the_place_the_words_are_of(tag: str, locale: str) -> None:
    assert str(languages.locale_of(tag)) == locale


def test_the_test_kit_calls_buttons_and_fields_what_each_language_calls_them() -> None:
    """A name that is no sentence of ours any more would be looked for in English."""
    english = Words.of("en-GB")
    same = {
        one.name for one in fields(Words) for tag in LOCALES if _called(Words.of(tag), one) == _called(english, one)
    }
    assert same <= {"code"}, "which some languages call as English does"


def _called(words: Words, name: Field[object]) -> str:
    found = getattr(words, name.name)
    return str(found.pattern if isinstance(found, re.Pattern) else found)

"""What companies are found by."""

import pytest

from linkflow.domain.search import WORDS, pieces, searchable, sort_key

TEXT = searchable(["Abra Kebabra Ltd", "Café  Straße", "東京商事", "Anna Abra", "anna@abra.example", "100% _Real_"])


def finds(query: str) -> bool:
    return all(piece in TEXT for piece in pieces(query))


FOUND = (
    "abra",
    "KEBAB",
    "ebab abra",
    "cafe",
    "CAFÉ",
    "strasse",
    "@abra.ex",
    "a",
    "an",
    "lt",
    "100%",
    "東",
    "商事",
    "京商",
)


@pytest.mark.parametrize("query", [*FOUND, "_r", "_real_"])
def test_words_find_what_holds_them(query: str) -> None:
    assert finds(query)


@pytest.mark.parametrize("query", ["kebabs", "abra hair", "td", "%", "bra.x", "z", "事商", "_ra", '"abra"', "abr*"])
def test_other_words_find_nothing(query: str) -> None:
    assert not finds(query)


def test_one_or_two_characters_find_the_words_that_begin_with_them() -> None:
    assert finds("ke")
    assert not finds("eb")
    assert finds("eba")


def test_every_piece_is_long_enough_for_the_index() -> None:
    assert all(len(piece) >= 3 for piece in pieces("a bb ccc 東 東京 é ß %"))


def test_a_blank_search_looks_for_nothing_and_a_long_one_for_so_much() -> None:
    assert pieces(" \t ") == ()
    assert len(pieces("word " * 100)) == WORDS
    assert len("".join(pieces("x" * 5000))) == 200


def test_sorting_minds_neither_case_nor_accents() -> None:
    names = ["Zebra", "éclair", "Abra", "Echo", "abba"]
    assert sorted(names, key=sort_key) == ["abba", "Abra", "Echo", "éclair", "Zebra"]
    assert len(sort_key("ﷺ" * 100)) == 100

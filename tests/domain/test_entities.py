"""When two names are the same, and when they are the same company's."""

import pytest

from linkflow.domain.entities import fold_name, resembles


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        ("Abra Kebabra Ltd", "ABRA KEBABRA LIMITED"),
        ("Fish & Chips Ltd", "Fish and Chips Limited"),
        ("O’Neill Builders", "O'NEILL BUILDERS LTD."),
        ("Café Zürich GmbH", "Cafe Zurich"),
        ("Northwind", "Northwind Trading Company"),
        ("The Codfather", "Codfather"),
        ("Hairosmith", "Hairosmiths Ltd"),
    ],
)
def test_the_same_company_under_another_spelling_resembles(asked_for: str, found: str) -> None:
    assert resembles(asked_for, [found])
    assert resembles(found, [asked_for])


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        ("Hairosmith", "The Codfather"),
        ("Abra Kebabra Ltd", "Planet of the Grapes Ltd"),
        ("North Holdings", "South Holdings"),
        ("Alpha Ltd", "Beta Limited"),
        ("Ltd", "Limited Company"),
    ],
)
def test_another_company_is_flagged(asked_for: str, found: str) -> None:
    assert not resembles(asked_for, [found])


def test_one_of_several_names_is_enough() -> None:
    assert resembles("The Codfather", ["CF Seafood Holdings Ltd", "The Codfather"])


def test_a_company_without_any_name_is_flagged() -> None:
    assert not resembles("Hairosmith", [])


@pytest.mark.parametrize("other", ["north ltd", " NORTH   Ltd ", "Nörth Ltd"])
def test_case_accents_and_spaces_do_not_make_another_name(other: str) -> None:
    assert fold_name(other) == fold_name("North Ltd")

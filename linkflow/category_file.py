"""`config/categories.toml` as `Categories`: the tree, and the words by which accounts find their place in it."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from linkflow.domain.books import AccountClass
from linkflow.domain.categories import (
    ALWAYS,
    FALLBACKS,
    HINT,
    NON_CURRENT_ASSET,
    SURE,
    USUAL,
    Categories,
    Category,
    Heading,
    Language,
    words,
)
from linkflow.domain.software import Software
from linkflow.problems import ConfigurationError, Problem, nearest, problems_of, read_toml
from linkflow.software_file_values import Line

_STRICT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
_CLASSES = tuple(one.value for one in AccountClass if one is not AccountClass.OTHER)
DEEPEST = 4
"""Levels of the tree, the class included."""


class LeafTable(BaseModel):
    """One leaf: what people read, its sign, and the phrases it is recognised by."""

    model_config = _STRICT

    name: Line
    sign: Literal[1, -1] = 1
    always: tuple[Line, ...] = ()
    sure: tuple[Line, ...] = ()
    words: tuple[Line, ...] = ()
    hints: tuple[Line, ...] = ()

    def category(self, slug: str) -> Category:
        """The leaf as a value."""
        weighed = ((self.always, ALWAYS), (self.sure, SURE), (self.words, USUAL), (self.hints, HINT))
        phrases = tuple((words(phrase), worth) for given, worth in weighed for phrase in given)
        return Category(slug=slug, name=self.name, sign=self.sign, phrases=phrases)


class SectionTable(BaseModel):
    """One `[[section]]`: the words of a heading and what they stand for."""

    model_config = _STRICT

    words: tuple[Line, ...] = Field(min_length=1)
    within: tuple[Line, ...] = Field(min_length=1)
    only: bool = False
    otherwise: Line | None = None

    def heading(self) -> Heading:
        """The heading as a value."""
        return Heading(
            phrases=tuple(map(words, self.words)), within=self.within, only=self.only, otherwise=self.otherwise
        )


class LanguageTable(BaseModel):
    """One `[language.…]`: phrases by leaf, and words of headings by class."""

    model_config = _STRICT

    words: dict[str, tuple[Line, ...]] = Field(default_factory=dict)
    classes: dict[Literal["income", "expense", "asset", "liability", "equity"], tuple[Line, ...]] = Field(
        default_factory=dict
    )

    def language(self) -> Language:
        """The language as a value."""
        return Language(
            phrases={slug: tuple(map(words, said)) for slug, said in self.words.items()},
            classes={AccountClass(name): tuple(map(words, said)) for name, said in self.classes.items()},
        )


class CategoryFile(BaseModel):
    """The whole file; the tables of the five classes are read level by level."""

    model_config = _STRICT

    short: dict[str, Line] = Field(default_factory=dict)
    groups: dict[str, Line] = Field(default_factory=dict)
    classes: dict[Literal["income", "expense", "asset", "liability", "equity"], tuple[Line, ...]] = Field(
        default_factory=dict
    )
    section: tuple[SectionTable, ...] = ()
    language: dict[str, LanguageTable] = Field(default_factory=dict)
    income: dict[str, Any]
    expense: dict[str, Any]
    asset: dict[str, Any]
    liability: dict[str, Any]
    equity: dict[str, Any]


def load_categories(path: Path) -> Categories:
    """Read the file; `ConfigurationError` with every mistake."""
    try:
        file = CategoryFile(**read_toml(path))
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, path.name, CategoryFile)) from None
    leaves, problems = [], []
    for slug, table in _leaves({name: getattr(file, name) for name in _CLASSES}):
        try:
            leaves.append(LeafTable(**table).category(slug))
        except ValidationError as error:
            found = problems_of(error, path.name, LeafTable)
            problems += [Problem(path.name, f"{slug}.{one.key}", one.reason) for one in found]
        if slug.count(".") >= DEEPEST:
            problems.append(Problem(path.name, slug, f"lies deeper than {DEEPEST} levels"))
    known = {leaf.slug for leaf in leaves}
    problems += [Problem(path.name, key, reason) for key, reason in _wrong(file, known)]
    if problems:
        raise ConfigurationError(problems)
    short = {word: words(meaning) for word, meaning in file.short.items()}
    classes = {AccountClass(name): tuple(map(words, said)) for name, said in file.classes.items()}
    languages = {key: one.language() for key, one in file.language.items()}
    headings = tuple(one.heading() for one in file.section)
    return Categories(tuple(leaves), headings, short, file.groups, classes, languages)


def unknown_categories(software: Iterable[Software], categories: Categories) -> Iterator[Problem]:
    """What the catalogue's `account_types` name that is no leaf of the tree."""
    known = {leaf.slug for leaf in categories}
    for one in software:
        for kind, slug in one.account_types.items():
            if slug not in known:
                reason = f"names {slug!r}, which is no leaf of the categories{nearest(slug, known)}"
                yield Problem(f"{one.id}.toml", f"account_types.{kind!r}", reason)


def _leaves(tables: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every table that holds something else than tables, by its slug."""
    for name, table in tables.items():
        here = (*above, name)
        if isinstance(table, Mapping) and table and all(isinstance(one, Mapping) for one in table.values()):
            yield from _leaves(table, here)
        else:
            yield ".".join(here), table if isinstance(table, Mapping) else {name: table}


def _wrong(file: CategoryFile, known: set[str]) -> Iterator[tuple[str, str]]:
    for slug in (*FALLBACKS.values(), NON_CURRENT_ASSET):
        if slug not in known:
            yield slug, "is missing: it is where an account goes that nothing is known of"
    for part in file.groups:
        if part in known or not _is_part(part, known):
            yield f"groups.{part!r}", f"is no part of the tree above the leaves{nearest(part, _parts(known))}"
    for language, table in file.language.items():
        for slug in table.words.keys() - known:
            yield f"language.{language}.words.{slug!r}", f"is no leaf of the tree{nearest(slug, known)}"
    yield from _wrong_sections(file, known)


def _wrong_sections(file: CategoryFile, known: set[str]) -> Iterator[tuple[str, str]]:
    for place, section in enumerate(file.section):
        for part in section.within:
            if not _is_part(part, known):
                yield f"section[{place}].within", f"names {part!r}, which is no part of the tree{nearest(part, known)}"
        if section.otherwise is not None and section.otherwise not in known:
            yield f"section[{place}].otherwise", f"is no leaf of the tree{nearest(section.otherwise, known)}"


def _is_part(part: str, known: set[str]) -> bool:
    return any(f"{slug}.".startswith(f"{part}.") for slug in known)


def _parts(known: set[str]) -> set[str]:
    """Every part of the tree that is no leaf."""
    return {slug[:at] for slug in known for at, letter in enumerate(slug) if letter == "."}

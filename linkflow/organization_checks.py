"""What must agree inside an organization's file, and between it and the catalogue."""

from collections.abc import Iterable, Iterator, Mapping

from linkflow.domain.software import Software
from linkflow.languages import is_spoken, shipped
from linkflow.organization_file import OrganizationFile, SoftwareTable
from linkflow.organization_texts import text_problems
from linkflow.problems import nearest

Finding = tuple[str, str]
"""Key and reason."""


def cross_problems(file: OrganizationFile) -> Iterator[Finding]:
    """Every disagreement between the tables of one file, by dotted key."""
    yield from _languages(file)
    yield from text_problems(file)


def software_problems(table: SoftwareTable, catalogue: Mapping[str, Software]) -> Iterator[Finding]:
    """What the catalogue does not know, and what is not among the allowed."""
    listed = table.allowed or ()
    for key, names in (
        ("allowed", listed),
        ("popular", table.popular),
        ("preselected", (table.preselected,) if table.preselected else ()),
    ):
        for name in names:
            if name not in catalogue:
                yield f"software.{key}", f"{name!r} is no software of the catalogue{nearest(name, catalogue)}"
            elif key != "allowed" and listed and name not in listed:
                yield f"software.{key}", f"{name!r} is not in software.allowed"
    if table.allowed == () and not table.sandbox:
        yield "software.allowed", 'is empty: list ids of the catalogue, or say "all"'


def _languages(file: OrganizationFile) -> Iterator[Finding]:
    used: Iterable[tuple[str, Iterable[str]]] = (
        ("content", file.content),
        ("emails", file.emails),
        ("reviewed_languages", file.reviewed_languages),
        ("consent", [section.language for section in file.consent if section.language]),
    )
    for at, language in enumerate(file.languages):
        if not is_spoken(language):
            yield f"languages[{at}]", f"{language!r} is no language linkflow speaks: there are {', '.join(shipped())}"
        elif language in file.languages[:at]:
            yield f"languages[{at}]", f"{language!r} is listed already"
    for key, languages in used:
        for language in languages:
            if language not in file.languages:
                yield key, f"{language!r} is not in languages{nearest(language, file.languages)}"

"""The organizations this instance serves: one TOML file each, read together, replaced together.

Nothing here is merged with the shipped folder: only the operator's is read. A mistake in one file refuses the
whole set; while running, the last good set stays in use (``OrganizationsWatcher``).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from linkflow.domain.software import Software
from linkflow.images import Image, read_image
from linkflow.organization_checks import Finding, cross_problems, software_problems
from linkflow.organization_file import LookTable, OrganizationFile, SoftwareTable
from linkflow.organization_model import (
    ConsentSection,
    Feel,
    Help,
    Look,
    NavigationItem,
    Organization,
    Portal,
    Reports,
    SoftwareChoice,
)
from linkflow.organization_sign_in import SignIn, SignInTable
from linkflow.problems import ConfigurationError, Problem, problems_of, read_toml
from linkflow.settings import sign_in_secret_name

_Table = TypeVar("_Table", bound=BaseModel)
_SLUG = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]\Z")


class Organizations(Mapping[str, Organization]):
    """Organization by slug. Immutable; a change makes a new one."""

    def __init__(self, organizations: Mapping[str, Organization]) -> None:
        self._organizations = MappingProxyType(dict(organizations))

    def __getitem__(self, slug: str) -> Organization:
        return self._organizations[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._organizations)

    def __len__(self) -> int:
        return len(self._organizations)


def load_organizations(
    folder: Path, catalogue: Mapping[str, Software], *, sign_in_secrets: Collection[str] = ()
) -> Organizations:
    """Read every ``*.toml`` of the folder; ConfigurationError with every mistake of every file.

    ``sign_in_secrets`` are the organizations whose client secret the environment holds.
    """
    problems: list[Problem] = []
    found: dict[str, Organization] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            found[path.stem] = read_organization(path, catalogue)
        except ConfigurationError as error:
            problems += error.problems
    problems += [
        Problem(f"{slug}.toml", "sign_in", f"needs {sign_in_secret_name(slug)} in the environment")
        for slug, one in found.items()
        if one.sign_in and slug not in sign_in_secrets
    ]
    if not found and not problems:
        problems.append(Problem(str(folder), "(folder)", "holds no organization: a file like northbank.toml"))
    if problems:
        raise ConfigurationError(problems)
    return Organizations(found)


def read_organization(path: Path, catalogue: Mapping[str, Software]) -> Organization:
    """One file and the images beside it."""
    return organization_from(read_toml(path), catalogue, slug=path.stem, folder=path.parent)


def organization_from(
    content: Mapping[str, Any], catalogue: Mapping[str, Software], *, slug: str, folder: Path
) -> Organization:
    """An organization from the content of its file; ``folder`` is where its pictures' paths begin."""
    problems: list[Problem] = []
    images: dict[str, Image] = {}
    file = _checked(OrganizationFile, content, problems, file_name := f"{slug}.toml")

    def note(findings: Iterable[Finding]) -> None:
        problems.extend(Problem(file_name, key, reason) for key, reason in findings)

    if not _SLUG.match(slug):
        note([("(file name)", "should be lower-case letters, digits and hyphens")])
    # These two are also looked at in a file that is wrong elsewhere, so that all is said at once.
    if software := _checked(SoftwareTable, content.get("software", {})):
        note(software_problems(software, catalogue))
    if look := _checked(LookTable, content.get("look", {})):
        note(_read_images(look, folder, images))
    if file:
        note(cross_problems(file))
    if problems or file is None:
        raise ConfigurationError(problems)
    return _organization(file, slug, images)


def _checked(
    model: type[_Table], content: object, problems: list[Problem] | None = None, file_name: str = ""
) -> _Table | None:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        if problems is not None:
            problems += problems_of(error, file_name, model)
        return None


def _read_images(look: LookTable, folder: Path, images: dict[str, Image]) -> Iterator[Finding]:
    wanted = {"logo": (look.logo, look.logo_alt), "icon": (look.icon, ""), "hero": (look.hero, look.hero_alt)}
    for key, (relative, alt) in wanted.items():
        if relative is not None:
            try:
                images[key] = read_image(folder / relative, alt=alt or "")
            except ValueError as error:
                yield f"look.{key}", f"{relative} {error}"


def _organization(file: OrganizationFile, slug: str, images: Mapping[str, Image]) -> Organization:
    made_below = {"look", "feel", "software", "portal", "reports", "sign_in", "help", "consent", "content", "emails"}
    plain = file.model_dump(exclude=made_below)
    days = {"link_days", "request_days", "reminder_days"}
    return Organization(
        **plain,
        slug=slug,
        look=_look(file.look, images),
        feel=Feel(**file.feel.model_dump(exclude=days), **file.feel.lifetimes()),  # type: ignore[arg-type]  # keyed by its own field names
        software=SoftwareChoice(**file.software.model_dump()),
        portal=Portal(**file.portal.model_dump()),
        reports=Reports(**file.reports.model_dump()),
        sign_in=_sign_in(file.sign_in),
        help=Help(**file.help.model_dump()),
        consent=tuple(ConsentSection(**section.model_dump()) for section in file.consent),
        content=MappingProxyType(dict(_texts(file))),
    )


def _sign_in(table: SignInTable | None) -> SignIn | None:
    if table is None:
        return None
    return SignIn(**{**table.model_dump(), "groups": MappingProxyType(table.groups)})


def _look(table: LookTable, images: Mapping[str, Image]) -> Look:
    return Look(
        primary=table.primary,
        secondary=table.secondary or table.primary,
        radius=table.radius,
        font_stack=table.font,
        secured_by=table.secured_by,
        navigation=tuple(NavigationItem(label=item.label, url=item.url) for item in table.navigation),
        **images,
    )


def _texts(file: OrganizationFile) -> Iterator[tuple[tuple[str, str, str], str]]:
    for language, pages in file.content.items():
        for page, slots in pages.items():
            for slot, text in slots.items():
                yield (language, page, slot), text
    for language, kinds in file.emails.items():
        for kind, words in kinds.items():
            yield from _mail_texts(language, f"email/{kind}", words)


def _mail_texts(language: str, page: str, slots: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], str]]:
    for slot, text in slots.items():
        if isinstance(text, str):
            yield (language, page, slot), text
        else:
            yield from _mail_texts(language, f"{page}/{slot}", text)

"""The organizations: their texts, their people's way in, and what their customers can connect."""

from collections.abc import Iterator

from linkflow.doctor.findings import Section
from linkflow.doctor.foundations import Ground
from linkflow.doctor.wording import wanting
from linkflow.domain.errors import LinkflowError
from linkflow.domain.links import sign_in_callback_path
from linkflow.organization_sign_in import SignIn
from linkflow.services.context import Context
from linkflow.store import users


def examine(ctx: Context, ground: Ground, *, offline: bool) -> Iterator[Section]:
    """A section for each. Their files were read when this began; a mistake in one of them ends it before."""
    for slug, organization in ctx.organizations().items():
        section = Section(f"Organization {slug}")
        section.ok(f"Its file is right; languages: {', '.join(organization.languages)}")
        for language in organization.languages:
            for found in wanting(organization, language):
                section.warn(found)
        if organization.sign_in is not None:
            _provider(ctx, section, slug, organization.sign_in, offline=offline)
        elif ground.stands and not _has_people(ctx, slug):
            section.warn(f"Nobody can sign in to its portal: linkflow user add --organization {slug}")
        offered = organization.offered(ctx.catalogue)
        named = [one.name for one in offered if ctx.catalogue.connectable(one.id, slug)]
        if named:
            section.ok(f"Its customers can connect {', '.join(named)}")
        elif organization.feel.upload:
            section.warn("Its customers can connect nothing, and only send files")
        else:
            section.fail("Its customers can connect nothing and send no files: none of them can answer")
        yield section


def _provider(ctx: Context, section: Section, slug: str, sign_in: SignIn, *, offline: bool) -> None:
    section.note(f"Its people sign in at {sign_in.issuer}; register there: {ctx.address(sign_in_callback_path(slug))}")
    if offline:
        return
    try:
        ctx.issuers.metadata(ctx.http, sign_in)
    except LinkflowError as error:
        why = error.details.get("reason") or error.code
        section.fail(f"{sign_in.issuer} does not say what it should about itself ({why})")
    else:
        section.ok(f"{sign_in.issuer} answers as that issuer")


def _has_people(ctx: Context, slug: str) -> bool:
    with ctx.database.reading() as tx:
        return bool(users.active_users(tx, slug, limit=1))

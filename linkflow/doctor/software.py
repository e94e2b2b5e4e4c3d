"""Each product customers sign in to: what to register at its vendor, with which clients, and what its buttons need."""

from collections.abc import Collection, Iterator, Mapping

from linkflow.doctor import vendor
from linkflow.doctor.clock import Clock
from linkflow.doctor.findings import Section
from linkflow.doctor.foundations import Ground
from linkflow.doctor.vendor import Client
from linkflow.domain.languages import in_language
from linkflow.domain.links import callback_path, disconnect_path, launch_path, reconnect_path
from linkflow.domain.requests import DataType
from linkflow.domain.software import Software, SoftwareKind
from linkflow.domain.software_inputs import Input
from linkflow.problems import CannotRun, nearest
from linkflow.services.context import Context
from linkflow.software_marks import CONNECT
from linkflow.store import examining


def examine(ctx: Context, ground: Ground, clock: Clock, *, offline: bool, only: Collection[str]) -> Iterator[Section]:
    """A section for each that an organization offers, or that is named."""
    gone = _lost_clients(ctx) if ground.stands else []
    for known in ctx.catalogue.values():
        if known.kind is SoftwareKind.OAUTH and (known.id in only or (not only and _offered_by(ctx, known))):
            section = Section(f"{known.name} ({known.id})")
            _addresses(ctx, section, known)
            clients = tuple(_clients(ctx, known))
            _said(ctx, section, known, clients)
            _gone(section, sum(count for software, count in gone if software == known.id))
            if clients and not offline:
                vendor.examine(ctx, clock, section, known, clients[0])
                for client in clients:
                    vendor.try_client(ctx, section, known, client)
            yield section


def refuse_unknown(ctx: Context, named: Collection[str]) -> None:
    """Raise `CannotRun` for a name that is no software of the catalogue."""
    for name in named:
        if name not in ctx.catalogue:
            raise CannotRun(f"{name} is no software of the catalogue{nearest(name, ctx.catalogue)}")


def _offered_by(ctx: Context, known: Software) -> tuple[str, ...]:
    return tuple(slug for slug, one in ctx.organizations().items() if one.offers(known.id))


def _addresses(ctx: Context, section: Section, known: Software) -> None:
    section.note(f"Redirect address to register: {ctx.address(callback_path(known.id))}")
    if known.oauth and (scopes := known.oauth.scopes_for(DataType)):
        section.note(f"Scopes it is asked for: {' '.join(scopes)}")
    for name, path in (("Launch", launch_path), ("Disconnect", disconnect_path), ("Reconnect", reconnect_path)):
        section.note(f"{name} address: {ctx.address(path(known.id))}")


def _clients(ctx: Context, known: Software) -> Iterator[Client]:
    """The instance's, then each organization's own."""
    own = {slug for slug, given in ctx.settings.organization_credentials.items() if known.id in given}
    offered = _offered_by(ctx, known)
    shared = ctx.settings.software_credentials.get(known.id)
    if shared is not None:
        yield Client(shared, "", tuple(slug for slug in offered if slug not in own))
    for slug in sorted(own):
        yield Client(ctx.settings.organization_credentials[slug][known.id], slug, (slug,))


def _said(ctx: Context, section: Section, known: Software, clients: tuple[Client, ...]) -> None:
    for client in clients:
        whose = ", ".join(client.organizations) or "nobody now"
        section.ok(f"Client {client.credentials.client_id} of {client.whose}: for customers of {whose}")
    _without_client(ctx, section, known, {slug for client in clients for slug in client.organizations})
    if not known.is_served:
        section.note('linkflow cannot read its books, and connects it only where its file says "connection_only"')
    for question in known.asked:
        _question(ctx, section, known, question)
    if clients and known.connect_button and known.connect_button.official:
        _official_button(ctx, section, known)


def _without_client(ctx: Context, section: Section, known: Software, served: Collection[str]) -> None:
    without, organizations = [slug for slug in _offered_by(ctx, known) if slug not in served], ctx.organizations()
    for upload, what in ((True, "they send a file"), (False, "they cannot share its books")):
        if of := [slug for slug in without if organizations[slug].feel.upload is upload]:
            section.note(f"No client for customers of {', '.join(of)}: {what}")


def _question(ctx: Context, section: Section, known: Software, question: Input) -> None:
    """Whose customers are asked it, and what the settings say in place of the others."""
    offered = _offered_by(ctx, known) or ("",)
    said = {slug: ctx.settings.inputs(known.id, slug).get(question.name) for slug in offered}
    for value in sorted({value for value in said.values() if value}):
        section.note(f"The settings say {value} ({question.name}){_of(said, value)}")
    if None in said.values():
        section.note(f"Customers{_of(said, None)} are asked: {in_language(question.label, 'en')} ({question.name})")


def _of(said: Mapping[str, str | None], value: str | None) -> str:
    """Whose it is, where it is not everybody's."""
    of = [slug for slug, one in said.items() if one == value]
    return "" if len(of) == len(said) else f" of {', '.join(of)}"


def _official_button(ctx: Context, section: Section, known: Software) -> None:
    if ctx.catalogue.marks(known.id).connect_button is not None:
        section.ok("Its vendor's own connect button is in place")
        return
    folder = ctx.settings.software_dir or "the folder LINKFLOW_SOFTWARE_DIR names"
    picture = f"{known.id}{CONNECT}.svg"
    section.warn(f"{known.vendor}'s own picture is missing on the connect button: put it as {picture} into {folder}")


def _lost_clients(ctx: Context) -> list[tuple[str, int]]:
    """Software, and how many sign-ins belong to a client that is set no more."""
    with ctx.database.reading() as tx:
        found = examining.clients_in_use(tx)
    return [
        (one.software, one.grants)
        for one in found
        if ctx.settings.client(one.software, one.organization, one.client_id) is None
    ]


def _gone(section: Section, count: int) -> None:
    if count:
        section.warn(
            f"Sign-ins made with a client that is not set any more: {count}. Their customers will be asked to sign in "
            "again; setting the client again avoids that"
        )

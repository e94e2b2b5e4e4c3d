"""The `linkflow` command. Each subcommand reads its words, calls one function and prints what came of it.

Exit status: 0 done, 1 refused or failed with the reason on standard error, 2 for words it does not understand.
What a command does not need it does not import: `serve` must not load the durable engine's worker.
"""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from linkflow import __version__
from linkflow.cli_preview import add_check, add_preview, check_pages, preview
from linkflow.domain.errors import DatabaseBusy, NotFound, Refused
from linkflow.domain.links import sign_in_callback_path
from linkflow.domain.requests import data_types_of
from linkflow.problems import CannotRun, ConfigurationError

Arguments = argparse.Namespace
KINDS = {"financials": "financials", "spend_analysis": "spend_analysis", "both": "financials,spend_analysis"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit status."""
    wanted = _parser().parse_args(arguments)
    try:
        status: int | None = wanted.run(wanted)
    except ConfigurationError as error:
        return _failed(f"The configuration has {len(error.problems)} mistake(s):\n{error}")
    except Refused as error:
        return _failed("; ".join(f"{one.field}: {one.reason}" for one in (error, *error.others)))
    except DatabaseBusy:
        return _failed("the database does not answer; it may be down, locked or full")
    except (CannotRun, NotFound, ValueError) as error:
        return _failed(str(error))
    return status or 0


def _demo(wanted: Arguments) -> int:
    from linkflow import demo, demo_data
    from linkflow.keeper import parent_death_signal
    from linkflow.supervisor import ChildFailed

    if wanted.end_with_parent:
        parent_death_signal()()
    place = demo.Place(Path(wanted.folder).resolve(), wanted.port)
    try:
        demo.run(place, prepare=demo_data.prepare)
    except (demo.PortTaken, ChildFailed) as error:
        return _failed(str(error))
    return 0


def _serve(wanted: Arguments) -> None:
    _ready().database.dispose()  # every mistake is told here, once, before any process is started
    from linkflow.serving import serve

    serve("linkflow.app:create_app", host=wanted.host, port=wanted.port, workers=wanted.workers)


def _worker(_: Arguments) -> None:
    ctx = _ready()
    from linkflow.jobs.worker import run

    run(ctx)


def _ready() -> Any:
    """A context whose database has the tables of this version; CannotRun with what to do when it has not."""
    from linkflow import logs
    from linkflow.store.migrating import refuse_other_schema
    from linkflow.wiring import context_from

    ctx = context_from(os.environ)
    logs.configure(ctx.settings.log_level)
    refuse_other_schema(ctx.settings.database_url)
    return ctx


def _check(wanted: Arguments) -> None:
    if wanted.schema:
        from linkflow.organization_schema import organization_schema

        print(json.dumps(organization_schema(), ensure_ascii=False))
        return
    from linkflow.doctor.wording import wanting
    from linkflow.store.migrating import lacks
    from linkflow.wiring import context_from

    ctx = context_from(os.environ)
    print(f"Organizations: {', '.join(ctx.organizations())}")
    for slug, organization in ctx.organizations().items():
        offered = [one.id for one in organization.offered(ctx.catalogue) if ctx.catalogue.connectable(one.id, slug)]
        print(f"Customers of {slug} can connect: {', '.join(offered) or 'nothing, no credentials are set'}")
        if organization.sign_in:
            redirect = ctx.address(sign_in_callback_path(slug))
            print(f"People of {slug} sign in at {organization.sign_in.issuer}; register {redirect} there")
        for language in organization.languages:
            for found in wanting(organization, language):
                print(f"WARNING: {slug}, {language}: {found}")
    if missing := lacks(ctx.settings.database_url):
        print(f"To know: {missing}.")
    check_pages(ctx, look=not wanted.without_browser)
    print("No mistakes found.")


def _doctor(wanted: Arguments) -> int:
    from linkflow.doctor.examination import examine
    from linkflow.doctor.findings import Level
    from linkflow.wiring import context_from

    ctx, found = context_from(os.environ), []
    for section in examine(ctx, offline=wanted.offline, only=wanted.software):
        found.append(section)
        print("\n".join(section.lines()), flush=True)
    failures, warnings = (sum(one.count(level) for one in found) for level in (Level.FAILURE, Level.WARNING))
    print(f"{failures or 'No'} failure(s), {warnings or 'no'} warning(s).")
    return 1 if failures else 0


def _db_upgrade(_: Arguments) -> None:
    from linkflow.jobs.upgrade import upgrade
    from linkflow.settings import load_settings

    upgrade(load_settings(os.environ).database_url)
    print("The database is up to date.")


def _keys_new(wanted: Arguments) -> None:
    from linkflow.keyfiles import add_keys

    files = add_keys(Path(wanted.folder))
    print(f"LINKFLOW_SECRET_KEYS_FILE={files.secret_keys}\nLINKFLOW_ENCRYPTION_KEYS_FILE={files.encryption_keys}")


def _user_add(wanted: Arguments) -> None:
    from linkflow.services.accounts import add_account, first_role
    from linkflow.wiring import context_from

    ctx, password = context_from(os.environ), _password(wanted)
    role = wanted.role or first_role(ctx, wanted.organization)
    user = add_account(ctx, wanted.email, password, organization=wanted.organization, name=wanted.name, role=role)
    print(f"{user.email} is {user.role} of {user.organization}.")


def _user_disable(wanted: Arguments) -> None:
    from linkflow.services.user_upkeep import disable

    ctx, user = _user(wanted)
    disable(ctx, None, user)
    print(f"{user.email} can no longer sign in, and is signed out everywhere.")


def _user_enable(wanted: Arguments) -> None:
    from linkflow.services.user_upkeep import enable

    ctx, user = _user(wanted)
    enable(ctx, None, user)
    print(f"{user.email} can sign in.")


def _user_password(wanted: Arguments) -> None:
    from linkflow.services.user_upkeep import remove_second_factor, set_password

    ctx, user = _user(wanted)
    set_password(ctx, user, _password(wanted))
    if wanted.remove_second_factor:
        remove_second_factor(ctx, None, user)
    print(f"{user.email} has a new password, and is signed out everywhere.")


def _user(wanted: Arguments) -> tuple[Any, Any]:
    """A context and the user named, disabled or not; CannotRun when nobody has the address."""
    from linkflow.store.users import user_by_email
    from linkflow.wiring import context_from

    ctx = context_from(os.environ)
    with ctx.database.reading() as tx:
        user = user_by_email(tx, wanted.email.strip())
    if user is None:
        raise CannotRun(f"nobody has the address {wanted.email}; see: linkflow user add --help")
    return ctx, user


def _password(wanted: Arguments) -> str:
    return sys.stdin.readline().rstrip("\n") if wanted.password_stdin else getpass.getpass("Password: ")


def _request_create(wanted: Arguments) -> int:
    from linkflow.services.accounts import account
    from linkflow.services.requesting import Ask, NewCompany, ask_new_company
    from linkflow.wiring import context_from

    ctx = context_from(os.environ)
    user = account(ctx, wanted.user)
    if user is None:
        return _failed(f"nobody signs in as {wanted.user}; see: linkflow user add --help")
    company = NewCompany(name=wanted.company, contact_name=wanted.contact_name, contact_email=wanted.contact_email)
    wish = Ask(
        data_types=data_types_of(KINDS[wanted.data]),
        name=wanted.name,
        due_on=wanted.due,
        note=wanted.note,
        language=wanted.language,
        send=wanted.mail,
    )
    print(ask_new_company(ctx, user, company, wish).link)
    return 0


def _failed(reason: str) -> int:
    print(f"linkflow: {reason}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="linkflow", description="Ask business customers for their books.")
    parser.add_argument("--version", action="version", version=f"linkflow {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (_add_demo, _add_serve, _add_upkeep, _add_user, _add_request):
        add(commands)
    return parser


def _add_demo(commands: Any) -> None:
    demo = _command(commands, "demo", _demo, "start everything on this machine, with a sandbox to connect to")
    demo.add_argument("--port", type=int, default=8000, help="linkflow's port; the sandbox takes the next one")
    demo.add_argument("--folder", default=".demo", help="where keys, database, mailbox and logs go")
    demo.add_argument("--end-with-parent", action="store_true", help="stop when the process that started this ends")


def _add_serve(commands: Any) -> None:
    serve = _command(commands, "serve", _serve, "serve the pages; settings come from LINKFLOW_* variables")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1, help="processes; each has 32 threads")


def _add_upkeep(commands: Any) -> None:
    _command(commands, "worker", _worker, "send mails and pull books until told to stop")
    add_check(_command(commands, "check", _check, "read all configuration, render every page, list every mistake"))
    add_preview(_command(commands, "preview", preview, "write a gallery of an organization's pages and mails"))
    doctor = _command(commands, "doctor", _doctor, "say what to register at vendors, and test what can be tested")
    doctor.add_argument("software", nargs="*", help="only these, by the names of their files; all offered if none")
    doctor.add_argument("--offline", action="store_true", help="ask no other host, the mail server neither")
    database = _group(commands, "db", "the database")
    _command(database, "upgrade", _db_upgrade, "create what is missing, change what is older")
    keys = _group(commands, "keys", "signing and encryption keys")
    new = _command(keys, "new", _keys_new, "add a new key to each key file; older ones stay readable")
    new.add_argument("folder", help="where the two key files are, or shall be")


def _add_user(commands: Any) -> None:
    users = _group(commands, "user", "local accounts of the portal")
    add = _command(users, "add", _user_add, "add an account; asks for the password")
    add.add_argument("email")
    add.add_argument("--organization", required=True, help="the name of its file, without .toml")
    add.add_argument("--name", required=True)
    roles, usual = ("viewer", "manager", "administrator"), "an organization's first account is an administrator"
    add.add_argument("--role", choices=roles, help=f"manager when not given; {usual}")
    password = _command(users, "password", _user_password, "give somebody another password and sign them out")
    password.add_argument("--remove-second-factor", action="store_true", help="ask for no more codes of an app")
    for command in (add, password):
        command.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    disable = _command(users, "disable", _user_disable, "let somebody in no more and sign them out")
    enable = _command(users, "enable", _user_enable, "let somebody in again")
    for command in (password, disable, enable):
        command.add_argument("email")


def _add_request(commands: Any) -> None:
    requests = _group(commands, "request", "data requests")
    create = _command(requests, "create", _request_create, "ask a new company for its books; prints the link")
    create.add_argument("--user", required=True, help="email of the account that asks")
    create.add_argument("--company", required=True, help="the company's name")
    create.add_argument("--contact-name", required=True)
    create.add_argument("--contact-email", required=True)
    create.add_argument("--data", required=True, choices=tuple(KINDS))
    create.add_argument("--name", required=True, help='what the request is for: "Virtual card application"')
    create.add_argument("--due", type=date.fromisoformat, help="YYYY-MM-DD")
    create.add_argument("--note", default="", help="a sentence of your own for the mail")
    create.add_argument(
        "--language", help="one of the organization's; not given: mails in its first, pages as the browser asks"
    )
    create.add_argument("--mail", action="store_true", help="mail the link as well as printing it")


def _group(commands: Any, name: str, purpose: str) -> Any:
    return commands.add_parser(name, help=purpose, description=purpose).add_subparsers(required=True, metavar="COMMAND")


def _command(commands: Any, name: str, run: Callable[[Arguments], int | None], purpose: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=purpose, description=purpose)
    parser.set_defaults(run=run)
    return parser

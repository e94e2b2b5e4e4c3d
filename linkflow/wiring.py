"""Puts one linkflow together from its settings: reads the configuration, opens the database, hands out the keys.

The web application, the worker and the commands all start here, so that none of them knows more than the others.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linkflow import paths
from linkflow.catalogue import load_catalogue
from linkflow.category_file import load_categories, unknown_categories
from linkflow.jobs.queue import JobQueue
from linkflow.organizations import Organizations, load_organizations
from linkflow.organizations_watcher import OrganizationsWatcher
from linkflow.outbound.http import HttpClient
from linkflow.problems import ConfigurationError, Problem, nearest
from linkflow.services.context import Context
from linkflow.services.signing import Signer
from linkflow.services.vault import Vault
from linkflow.settings import ENVIRONMENT, PREFIX, Settings, load_settings, sign_in_secret_name
from linkflow.settings_software import OF_SOFTWARE, variable
from linkflow.store.database import Database

CATEGORIES = "categories.toml"


def utc_now() -> datetime:
    """The clock of a running linkflow."""
    return datetime.now(UTC)


def context_from(environ: Mapping[str, str]) -> Context:
    """A context from environment variables; ConfigurationError with every mistake in settings and files."""
    try:
        settings = load_settings(environ)
    except ConfigurationError as error:
        raise ConfigurationError([*error.problems, *_problems_in_files(environ)]) from None
    return make_context(settings)


def make_context(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Context:
    """A context from settings. Connects to nothing yet; ConfigurationError with every mistake in the files."""
    problems: list[Problem] = []
    try:
        catalogue = load_catalogue(paths.config() / "software", settings.software_dir, settings)
    except ConfigurationError as error:
        # The organizations are read all the same, against the shipped software, so that all mistakes show at once.
        problems += error.problems
        catalogue = load_catalogue(paths.config() / "software", None, _without_software(settings))
    try:
        categories = load_categories(settings.categories_path or paths.config() / CATEGORIES)
        problems += unknown_categories(catalogue.values(), categories)
    except ConfigurationError as error:
        problems += error.problems
    try:
        organizations = OrganizationsWatcher(
            settings.organizations_dir, catalogue, sign_in_secrets=frozenset(settings.sign_in_secrets)
        )
        problems += [*_unused_secrets(settings, organizations()), *_unknown_owners(settings, organizations())]
    except ConfigurationError as error:
        raise ConfigurationError([*problems, *error.problems]) from None
    if problems:
        raise ConfigurationError(problems)
    database = Database(settings.database_url)
    database.enqueue_with(JobQueue(database.engine))
    return Context(
        settings=settings,
        organizations=organizations,
        catalogue=catalogue,
        categories=categories,
        database=database,
        vault=Vault(settings.encryption_keys),
        signer=Signer(settings.secret_keys),
        http=HttpClient(
            allow_private=settings.outbound_allow_private, total_seconds=settings.outbound_total_seconds, clock=clock
        ),
        clock=clock,
        random_bytes=os.urandom,
    )


def _problems_in_files(environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """Those of the folders named beside wrong settings, as far as they can be judged without these."""
    organizations, software, named = (
        environ.get(f"LINKFLOW_{name}", "").strip() for name in ("ORGANIZATIONS_DIR", "SOFTWARE_DIR", "CATEGORIES_PATH")
    )
    judged_by: dict[str, Any] = {name: {} for name in OF_SOFTWARE}
    settings = Settings.model_construct(**judged_by)
    problems: list[Problem] = []
    try:
        catalogue = load_catalogue(paths.config() / "software", Path(software) if software else None, settings)
    except ConfigurationError as error:
        problems += error.problems
        catalogue = load_catalogue(paths.config() / "software", None, settings)
    try:
        categories = load_categories(Path(named) if named else paths.config() / CATEGORIES)
        problems += unknown_categories(catalogue.values(), categories)
    except ConfigurationError as error:
        problems += error.problems
    if organizations and Path(organizations).is_dir():
        slugs = [path.stem for path in Path(organizations).glob("*.toml")]
        try:
            load_organizations(Path(organizations), catalogue, sign_in_secrets=slugs)
        except ConfigurationError as error:
            problems += error.problems
    return tuple(problems)


def _unused_secrets(settings: Settings, organizations: Organizations) -> Iterator[Problem]:
    """Said at the start only: while running, taking [sign_in] out of a file must always work."""
    known = {slug for slug, one in organizations.items() if one.sign_in}
    for slug in sorted(settings.sign_in_secrets.keys() - known):
        reason = "belongs to no organization whose file has [sign_in]"
        yield Problem(ENVIRONMENT, sign_in_secret_name(slug), reason + nearest(slug, known))


def _unknown_owners(settings: Settings, organizations: Organizations) -> Iterator[Problem]:
    """Said at the start only, too."""
    for given, part in ((settings.organization_credentials, "client_id"), (settings.organization_inputs, "input_…")):
        for slug in sorted(given.keys() - set(organizations)):
            key = PREFIX + variable(slug, min(given[slug]), part)
            yield Problem(ENVIRONMENT, key, "names no organization" + nearest(slug, organizations))


def _without_software(settings: Settings) -> Settings:
    return settings.model_copy(update={name: {} for name in OF_SOFTWARE})

"""What every use case works with, wired once by `app.py`; tests wire their own with fakes.

A service takes the context first, and reads time, ids and randomness from it alone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from linkflow.catalogue import Catalogue
from linkflow.domain.categories import Categories
from linkflow.domain.links import new_id
from linkflow.organizations import Organizations
from linkflow.outbound.http import HttpClient
from linkflow.outbound.issuers import Issuers
from linkflow.services.signing import Signer
from linkflow.services.vault import Vault
from linkflow.settings import Settings
from linkflow.store.database import Database


@dataclass(frozen=True)
class Context:
    """The parts of one running linkflow. `organizations` answers the current whole set at each call."""

    settings: Settings
    organizations: Callable[[], Organizations]
    catalogue: Catalogue
    categories: Categories
    database: Database
    vault: Vault = field(repr=False)
    signer: Signer = field(repr=False)
    http: HttpClient = field(repr=False)
    clock: Callable[[], datetime]
    random_bytes: Callable[[int], bytes] = field(repr=False)
    issuers: Issuers = field(default_factory=Issuers, repr=False)

    def software_name(self, software_id: str) -> str:
        """What a product is called; its id where the catalogue has it no more."""
        known = self.catalogue.get(software_id)
        return known.name if known else software_id

    def new_id(self) -> str:
        """A fresh opaque id."""
        return new_id(self.random_bytes)

    def now(self) -> datetime:
        """The time, UTC."""
        return self.clock()

    def address(self, path: str) -> str:
        """The absolute address of a path from `domain.links`."""
        return self.settings.public_url + path

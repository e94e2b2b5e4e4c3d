"""The people who can sign in to Sandbox Books, and the companies each may open. Any password will do."""

from collections.abc import Mapping
from dataclasses import dataclass

ROLES_WITH_ACCESS = frozenset({"owner", "accountant"})


@dataclass(frozen=True)
class Person:
    """A user of Sandbox Books; `companies` maps a company's id to the role held there."""

    email: str
    name: str
    companies: Mapping[str, str]
    about: str

    def get_user_id(self) -> str:
        """The id Authlib stores with a token."""
        return self.email

    def may_read(self, company_id: str) -> bool:
        """Whether the role held in that company allows an application to read the books."""
        return self.companies.get(company_id) in ROLES_WITH_ACCESS


_PEOPLE = (
    Person("owner@example.com", "Olive Owner", {"abra-kebabra": "owner"}, "one company"),
    Person(
        "group@example.com",
        "Grace Group",
        {"abra-kebabra": "owner", "the-codfather": "owner", "hairosmith": "accountant"},
        "three companies",
    ),
    Person(
        "pair@example.com",
        "Percy Pair",
        {"the-codfather": "owner", "planet-of-the-grapes": "owner"},
        "two companies, pounds and dollars",
    ),
    Person("codfather@example.com", "Don Cod", {"the-codfather": "owner"}, "one company"),
    Person("hairosmith@example.com", "Joe Perm", {"hairosmith": "owner"}, "one company, in euros"),
    Person("grapes@example.com", "Vera Vine", {"planet-of-the-grapes": "owner"}, "one company, in dollars"),
    Person("new@example.com", "Nell New", {"blank-canvas": "owner"}, "one company with no entries yet"),
    Person("viewer@example.com", "Vic Viewer", {"abra-kebabra": "viewer"}, "a role without enough rights"),
    Person("nobody@example.com", "Ned Nobody", {}, "no company"),
)

PEOPLE: Mapping[str, Person] = {person.email: person for person in _PEOPLE}

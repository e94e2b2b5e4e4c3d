"""The roles of the portal's users."""

from collections.abc import Set as AbstractSet

ADMINISTRATOR = "administrator"
ROLES = ("viewer", "manager", ADMINISTRATOR)
"""The least first: each may do what those before it may."""


def rank(role: str) -> int:
    """How far a role reaches; one that nobody knows, below all."""
    return ROLES.index(role) if role in ROLES else -1


def highest(roles: AbstractSet[str]) -> str | None:
    """The one that reaches farthest; None of none."""
    return max(roles, key=rank, default=None)

"""Made-up luck that is the same every time: books must not differ between two runs."""

from random import Random


def seeded(*parts: object) -> Random:
    """A generator that depends on `parts` alone."""
    return Random(":".join(map(str, parts)))  # noqa: S311 - invented bookkeeping, nothing secret comes of it

"""Whether an organization's computed colours keep WCAG's contrast, each on every ground it is drawn on."""

from collections.abc import Iterator, Mapping

from linkflow.domain.brand import CONTROL, TEXT, theme_tokens
from linkflow.domain.colour import contrast
from linkflow.organization_model import Organization

_GROUNDS = ("--surface", "--surface-raised", "--surface-sunken", "--brand-soft", "--accent-soft")
_ON_GROUNDS = {
    "--text": TEXT,
    "--text-quiet": TEXT,
    "--brand-text": TEXT,
    "--border-strong": CONTROL,
    "--brand-edge": CONTROL,
    "--focus": CONTROL,
}
_ON_FILLS = {
    f"--on-{name}": tuple(f"--{name}{state}" for state in ("", "-hover", "-active")) for name in ("brand", "accent")
}


def colour_problems(organization: Organization) -> Iterator[str]:
    """A sentence for each pair of colours that cannot be told apart well enough, in either scheme."""
    for scheme, tokens in theme_tokens(organization.look).items():
        for colour, ground, least in _pairs():
            found = _found(tokens, colour, ground)
            if found is not None and found < least:
                yield f"{scheme}: {colour} on {ground} has a contrast of {found:.2f} : 1, less than {least} : 1"


def _pairs() -> Iterator[tuple[str, str, float]]:
    for colour, least in _ON_GROUNDS.items():
        for ground in _GROUNDS:
            yield colour, ground, least
    for colour, fills in _ON_FILLS.items():
        for fill in fills:
            yield colour, fill, TEXT


def _found(tokens: Mapping[str, str], colour: str, ground: str) -> float | None:
    """None where a ground belongs to the other colour's family, on which this one is not drawn."""
    if colour.startswith("--brand") and ground == "--accent-soft":
        return None
    return contrast(tokens[colour], tokens[ground])

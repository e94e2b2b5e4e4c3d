"""Sentences that a page and a mail both say, so that they say the same."""

from linkflow.organization_model import Organization


def purpose(organization: Organization, language: str) -> str:
    """Why the books are asked for: the organization's own words, else one sentence that holds for any request."""
    default = f"{organization.name} needs your own figures to deal with this request."
    return organization.text("welcome", "purpose", language, default)

"""A text that has been written in one language or in several, and which of them a reader gets."""

from collections.abc import Mapping

Text = str | Mapping[str, str]
"""One text for every reader, or one by language tag (``en``, ``fr-CA``)."""
_USUAL = "en"


def in_language(text: Text, language: str) -> str:
    """The very language, else a relative of it (``fr-CA`` ~ ``fr``), else English, else the first there is."""
    if isinstance(text, str):
        return text
    wanted = (language, *_relatives(text, language), *_relatives(text, _USUAL), *text)
    return next((text[tag] for tag in wanted if tag in text), "")


def _relatives(text: Mapping[str, str], language: str) -> list[str]:
    """The plain language before its regions, these as they are written down."""
    plain = language.partition("-")[0]
    return sorted((tag for tag in text if tag.partition("-")[0] == plain), key=lambda tag: tag != plain)

"""A text that has been written in one language or in several, and which of them a reader gets; and how one language
says what the domain has to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

Text = str | Mapping[str, str]
"""One text for every reader, or one by language tag (``en``, ``fr-CA``)."""
_USUAL = "en"


@dataclass(frozen=True)
class Speech:
    """How one language says things: a sentence by its English, a counted one by both English forms, a day."""

    tag: str
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    day: Callable[[date], str]

    def say(self, message: str, **values: object) -> str:
        """The sentence with `%(name)s` filled in. KeyError for a name that is not given."""
        return self.gettext(message) % values

    def say_counted(self, one: str, several: str, n: int, **values: object) -> str:
        """The form of the sentence that goes with `n`, filled in likewise."""
        return self.ngettext(one, several, n) % values


def translatable(message: str) -> str:
    """Marks a sentence that is kept apart from where it is said, so that catalogues have it; changes nothing."""
    return message


def in_language(text: Text, language: str) -> str:
    """The very language, else a relative of it (``fr-CA`` ~ ``fr``), else English, else the first there is."""
    if isinstance(text, str):
        return text
    wanted = (language, *_relatives(text, language), *_relatives(text, _USUAL), *text)
    return next((text[tag] for tag in wanted if tag in text), "")


def told(text: Text, speech: Speech) -> str:
    """The same for who reads `speech`: linkflow's translation of its English where it has none in that language."""
    found = in_language(text, speech.tag)
    return speech.gettext(found) if found else ""


def _relatives(text: Mapping[str, str], language: str) -> list[str]:
    """The plain language before its regions, these as they are written down."""
    plain = language.partition("-")[0]
    return sorted((tag for tag in text if tag.partition("-")[0] == plain), key=lambda tag: tag != plain)

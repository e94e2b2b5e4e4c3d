"""What a company is found by: one text of all its names, and the pieces of text a search looks for in it.

Every piece has three characters or more, because both databases index a text by its runs of three. So each word of the
text has two blanks before it: a word of one or two characters finds the words that begin with it. Ideographs, written
without blanks, each begin a word.
"""

import re
from collections.abc import Iterable

from linkflow.domain.software import plain

LONGEST_SEARCH = 200
WORDS = 8
"""More words than this are not looked for."""
_KEY = 100
_IDEOGRAPH = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


def searchable(texts: Iterable[str]) -> str:
    """The text a company is found by, case and accents aside."""
    return "".join(f"  {_spread(word).lstrip()}" for text in texts for word in plain(text).split())


def pieces(query: str) -> tuple[str, ...]:
    """What a searchable text must hold, each of them, to be what `query` asks for; none for a blank query."""
    return tuple(_spread(word).rjust(3) for word in plain(query[:LONGEST_SEARCH]).split()[:WORDS])


def sort_key(text: str) -> str:
    """What a list is sorted by, case and accents aside, at most 100 characters."""
    return plain(text)[:_KEY]


def _spread(word: str) -> str:
    return _IDEOGRAPH.sub(r"  \1", word)

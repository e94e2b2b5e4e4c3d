"""Two made-up languages for trying layouts: English grown by 40 % under accents, and English in Arabic letters.

They are made of any sentence when it is asked for. What is filled in, the mark-up and the marks of plain text stay.
"""

import re
from collections.abc import Callable, Mapping

from babel.support import NullTranslations

GROWTH = 1.4
_KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]+>|&\w+;|\{\w+\}|\n)")
_ACCENTED = str.maketrans("aceghiklnorstuyzACEGHIKLNORSTUYZ", "áçéĝĥíķļñóŕšťúýžÁÇÉĜĤÍĶĻÑÓŔŠŤÚÝŽ")
_ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyz", "ابكدهفغحيجكلمنوپقرستوڤوخيز"
)  # fmt: skip
_VOWEL = re.compile(r"[aeiou]")


class Pseudo(NullTranslations):
    """Words made of the source's own."""

    def __init__(self, turn: Callable[[str], str]) -> None:
        super().__init__()
        self._turn = turn

    def gettext(self, message: str) -> str:
        """The sentence, turned."""
        return self._turn(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The English form that goes with `n`, turned."""
        return self._turn(msgid1 if n == 1 else msgid2)

    ugettext, ungettext = gettext, ngettext


def grown(message: str) -> str:
    """`[Ŵélçóómé]`: accents, and vowels doubled and a tail added until it is 40 % longer; the brackets show a cut."""
    if not message.strip():
        return message
    plain = "".join(_KEPT.split(message)[::2])
    twice = "".join(part if n % 2 else _VOWEL.sub(r"\g<0>\g<0>", part) for n, part in enumerate(_KEPT.split(message)))
    wanted = int(len(plain) * GROWTH) - (len(twice) - len(message)) - len(plain)
    body = _outside(twice, lambda part: part.translate(_ACCENTED))
    return f"{_before(message)}[{body.strip()}{'·' * wanted}]{_after(message)}"


def arabic(message: str) -> str:
    """The same length, letter by letter, running from right to left."""
    return _outside(message, lambda part: part.lower().translate(_ARABIC))


def _outside(message: str, turn: Callable[[str], str]) -> str:
    return "".join(part if n % 2 else turn(part) for n, part in enumerate(_KEPT.split(message)))


def _before(message: str) -> str:
    return message[: len(message) - len(message.lstrip())]


def _after(message: str) -> str:
    return message[len(message.rstrip()) :]


PSEUDO: Mapping[str, NullTranslations] = {"en-XA": Pseudo(grown), "ar-XB": Pseudo(arabic)}
"""Tag → words. Fit for an organization's file while its layout is tried, never for customers."""

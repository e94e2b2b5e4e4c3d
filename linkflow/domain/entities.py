"""Names of companies and legal entities: when two are the same name, and when two name the same company.

Sameness refuses a duplicate; resemblance only raises a flag that both sides see. Neither ever blocks a customer.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from linkflow.domain.software import plain

NAME_LIMIT = 100
ENTITIES_LIMIT = 50

# Words that say what kind of company it is, not which one.
_FORMS = frozenset(
    re.findall(
        r"\w+",
        """ltd limited plc llc llp lp inc incorporated corp corporation co company pllc pty proprietary the trading ta
        gmbh ag kg ohg ug mbh se sa sas sarl sasu srl spa snc bv nv vof cv oy ab as asa aps sl slu lda unipessoal
        group holdings holding""",
    )
)
_ALIKE = 0.88


def fold_name(name: str) -> str:
    """The form in which two names are the same: case, accents and spaces aside."""
    return plain(name)


def resembles(asked_for: str, names: Iterable[str]) -> bool:
    """Whether any of `names` looks like the company asked for, legal form, case, accents, "&" and "and" aside."""
    wanted = _words(asked_for)
    return any(_alike(wanted, _words(name)) for name in names)


def _words(name: str) -> tuple[str, ...]:
    spelled = re.sub(r"[&+]", " and ", plain(name))
    # "S.A.R.L." and "O'Neill" are one word each: points and apostrophes vanish, all else separates.
    spelled = re.sub(r"[.'’`]", "", spelled)
    words = tuple(re.findall(r"\w+", spelled))
    telling = tuple(word for word in words if word not in _FORMS and word != "and")
    return telling or words


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one or not other:
        return False
    shorter, longer = sorted((set(one), set(other)), key=len)
    if shorter <= longer and any(len(word) > 3 for word in shorter):
        return True
    return SequenceMatcher(None, "".join(one), "".join(other)).ratio() >= _ALIKE

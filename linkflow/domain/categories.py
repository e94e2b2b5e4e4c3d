"""The category tree, and which category an account belongs to: the first of four answers, with its reason.

A correction by a user, else what the software itself calls the account, else words in its name and the headings
above it, else the fallback of its class. No answer crosses the class, whatever the words say.
Everything specific is data: the tree and its words in `config/categories.toml`, each software's types in its own file.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from linkflow.domain.books import AccountClass
from linkflow.domain.software import plain

ALWAYS, SURE, USUAL, HINT = 60, 30, 20, 10
"""What a phrase is worth by how much it says."""
_A_WORD = 4
"""What each further word of a phrase adds."""
_HEADING = 15
"""What a heading adds to the part of the tree it stands for."""
_CLEAR = 6
"""So far ahead of every other category, a sure phrase is no doubt."""
_SAYS_NOTHING = frozenset(
    {"a", "account", "and", "at", "by", "charge", "cost", "expense", "fee"}
    | {"for", "in", "of", "on", "other", "our", "paid", "the", "to"}
)
"""Words that leave what stands beside them what it is."""

Phrase = tuple[str, ...]


class Reason(StrEnum):
    """Why an account has its category, the strongest first."""

    CORRECTED = "corrected"
    SOFTWARE = "software"
    WORDS = "words"
    FALLBACK = "fallback"


class Confidence(StrEnum):
    """How far a category can be relied on."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, kw_only=True)
class Category:
    """A leaf of the tree. `sign` is -1 for what is taken off its group; `phrases` are what it is recognised by."""

    slug: str
    name: str
    sign: int = 1
    phrases: tuple[tuple[Phrase, int], ...] = ()

    @property
    def account_class(self) -> AccountClass:
        """The class every account in it has."""
        return AccountClass(self.slug.partition(".")[0])

    def is_in(self, part: str) -> bool:
        """Whether it lies in a part of the tree, or is it."""
        return f"{self.slug}.".startswith(f"{part}.")


@dataclass(frozen=True, kw_only=True)
class Heading:
    """Words of a heading, and the parts of the tree it stands for.

    With `only` nothing outside is considered; `otherwise` is for an account whose own name says nothing.
    """

    phrases: tuple[Phrase, ...]
    within: tuple[str, ...]
    only: bool = False
    otherwise: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """A category with how it was found: `because` is the software's type, or the words, that decided."""

    category: str
    reason: Reason
    confidence: Confidence
    because: str = ""


FALLBACKS: Mapping[AccountClass, str] = {
    AccountClass.INCOME: "income.other.other",
    AccountClass.EXPENSE: "expense.operating.general.other",
    AccountClass.ASSET: "asset.current.other",
    AccountClass.LIABILITY: "liability.current.other",
    AccountClass.EQUITY: "equity.other",
}
NON_CURRENT_ASSET = "asset.non_current.other"


@dataclass(frozen=True)
class Language:
    """What another language than English adds: phrases by leaf, and the words of headings by class."""

    phrases: Mapping[str, tuple[Phrase, ...]]
    classes: Mapping[AccountClass, tuple[Phrase, ...]]


@dataclass(frozen=True)
class Categories:
    """The tree in the order of the reports, and the headings."""

    leaves: tuple[Category, ...]
    headings: tuple[Heading, ...] = ()
    short: Mapping[str, Phrase] = field(default_factory=dict)
    """What abbreviations stand for."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """What people read for a part of the tree that is no leaf."""
    classes: Mapping[AccountClass, tuple[Phrase, ...]] = field(default_factory=dict)
    """Words of the headings under which software prints accounts of a class."""
    languages: Mapping[str, Language] = field(default_factory=dict)
    """By its two letters; none counts until it is asked for."""

    def reading(self, tags: Iterable[str]) -> "Categories":
        """The same for somebody whose languages these are ("de-AT"): English, and those of them there are words of."""
        spoken = [
            self.languages[key] for key in dict.fromkeys(tag.partition("-")[0] for tag in tags) if key in self.languages
        ]
        leaves = (
            replace(
                leaf,
                phrases=(*leaf.phrases, *((said, SURE) for one in spoken for said in one.phrases.get(leaf.slug, ()))),
            )
            for leaf in self.leaves
        )
        classes = {
            of: (*self.classes.get(of, ()), *(said for one in spoken for said in one.classes.get(of, ())))
            for of in AccountClass
        }
        return replace(self, leaves=tuple(leaves), classes=classes) if spoken else self

    def __iter__(self) -> Iterator[Category]:
        return iter(self.leaves)

    def of_class(self, account_class: AccountClass) -> tuple[Category, ...]:
        """The categories an account of this class can have."""
        return tuple(leaf for leaf in self.leaves if leaf.account_class is account_class)

    def leaf(self, slug: str) -> Category | None:
        """The leaf of that name."""
        return next((leaf for leaf in self.leaves if leaf.slug == slug), None)

    def name(self, part: str) -> str:
        """What people read for a leaf or another part of the tree."""
        leaf = self.leaf(part)
        return leaf.name if leaf else self.groups.get(part) or part.rpartition(".")[2].replace("_", " ").capitalize()

    def class_under(self, section: Sequence[str], possible: Iterable[AccountClass]) -> AccountClass | None:
        """The class the headings of a line stand for, where the books do not tell; the innermost that tells decides."""
        among = tuple(possible)
        for heading in reversed(section):
            said = {one: _longest(self.classes.get(one, ()), self._words(heading)) for one in among}
            best = max(among, key=lambda one: said[one])
            if said[best]:
                return best
        return None

    def suggest(
        self,
        account_class: AccountClass,
        name: str,
        section: Sequence[str] = (),
        *,
        known: Mapping[str, str] | None = None,
        software_type: str | None = None,
        software_subtype: str | None = None,
    ) -> Suggestion:
        """What an account is, by the software's types (`known`: type or "type/subtype" → category), else by words.

        `section` is the path of headings, the outermost first. The class decides before everything else.
        """
        if account_class is AccountClass.OTHER:
            raise ValueError("an account that is not posted to has no category")
        for key in (f"{software_type}/{software_subtype}", software_type):
            told = (known or {}).get(key or "")
            if told and told.startswith(f"{account_class}."):
                return Suggestion(told, Reason.SOFTWARE, Confidence.HIGH, key or "")
            if told:  # What the subtype says and the class denies, the type alone does not say better.
                break
        return self._by_words(account_class, self._words(name), [self._words(one) for one in section])

    def _words(self, text: str) -> Phrase:
        return tuple(word for each in words(text) for word in self.short.get(each, (each,)))

    def _by_words(self, account_class: AccountClass, name: Phrase, section: Sequence[Phrase]) -> Suggestion:
        leaves = self.of_class(account_class)
        above = [one for one in self.headings if any(_longest(one.phrases, each) for each in section)]
        # Of headings that leave nothing else, the one that says most: "non-current assets" are no current assets.
        by_length = sorted(
            (one for one in above if one.only), key=lambda one: -max(_longest(one.phrases, s) for s in section)
        )
        narrowed = ((one, tuple(leaf for leaf in leaves if any(map(leaf.is_in, one.within)))) for one in by_length)
        only, leaves = next(((one, inside) for one, inside in narrowed if inside), (None, leaves))
        above = [one for one in above if not one.only or one is only]
        scored = sorted(
            (-_score(leaf, name, above), place, leaf) for place, leaf in enumerate(leaves) if _said(leaf, name)
        )
        if not scored:
            return self._by_heading(account_class, above, {leaf.slug for leaf in leaves})
        best, _, leaf = scored[0]
        ahead = len(scored) == 1 or scored[1][0] - best >= _CLEAR
        said, phrase = _said(leaf, name), _phrase(leaf, name)
        sure = said >= SURE and ahead and (said >= ALWAYS or _tells_all(name, phrase))
        return Suggestion(leaf.slug, Reason.WORDS, Confidence.HIGH if sure else Confidence.MEDIUM, " ".join(phrase))

    def _by_heading(self, account_class: AccountClass, above: Iterable[Heading], possible: set[str]) -> Suggestion:
        for heading in above:
            if heading.otherwise in possible:
                return Suggestion(heading.otherwise, Reason.WORDS, Confidence.MEDIUM, " ".join(heading.phrases[0]))
        fallback = FALLBACKS[account_class]
        if fallback not in possible and NON_CURRENT_ASSET in possible:
            fallback = NON_CURRENT_ASSET
        return Suggestion(fallback, Reason.FALLBACK, Confidence.LOW)


@lru_cache(maxsize=4096)
def words(text: str) -> Phrase:
    """The words of a name as they are compared: plain letters and digits, in the singular."""
    return tuple(_singular(word) for word in re.findall(r"[a-z0-9]+\*?", plain(text)))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _score(leaf: Category, name: Phrase, above: Sequence[Heading]) -> int:
    return _said(leaf, name) + _HEADING * sum(any(map(leaf.is_in, one.within)) for one in above if not one.only)


def _said(leaf: Category, name: Phrase) -> int:
    return max(
        (worth + _A_WORD * (len(phrase) - 1) for phrase, worth in leaf.phrases if _holds(name, phrase)), default=0
    )


def _phrase(leaf: Category, name: Phrase) -> Phrase:
    held = [(worth + _A_WORD * len(phrase), phrase) for phrase, worth in leaf.phrases if _holds(name, phrase)]
    return max(held, default=(0, ()))[1]


def _tells_all(name: Phrase, phrase: Phrase) -> bool:
    """Whether words of a name leave no doubt: a single one does only where all beside it says nothing."""
    beside = [word for word in name if word not in _SAYS_NOTHING and not word.isdigit()]
    return len(phrase) > 1 or len(beside) <= 1


def _longest(phrases: Iterable[Phrase], heading: Phrase) -> int:
    return max((len(phrase) for phrase in phrases if _holds(heading, phrase)), default=0)


def _holds(name: Phrase, phrase: Phrase) -> bool:
    length = len(phrase)
    return any(all(map(_same, name[at : at + length], phrase)) for at in range(len(name) - length + 1))


def _same(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted

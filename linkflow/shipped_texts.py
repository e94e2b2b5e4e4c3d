"""Which texts a page or a mail has, read from the templates: what an organization can put its own words in place of.

Only checks and the schema ask here; rendering does not. A page is named by its template (``consent``), a mail
``email/<kind>``; ``everywhere`` and ``email/everywhere`` are the sentences of them all.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType

from jinja2 import Environment, meta, nodes

from linkflow import paths

EVERYWHERE = "everywhere"
MAIL = "email/"
_FOLDERS = ("customer", "errors", "portal")
_GETTEXT = frozenset({"_", "gettext", "ngettext"})
_OF_CODE: Mapping[tuple[str, str], str] = MappingProxyType(
    {("welcome", "purpose"): "{organization} needs your own figures to deal with this request."}
)
"""Places that no template names."""
MAIL_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "company": "company_name",
        "contact": "contact_name",
        "request": "request_name",
        "person": "rm_name",
        "software": "software_name",
    }
)
"""What may stand in braces in every text of a mail that speaks of it, and its name in the templates."""
NAME = re.compile(r"\{(\w+)\}")
"""A name in braces."""
_ROOT = paths.templates() / "linkflow"
_VARIABLE = re.compile(r"%\((\w+)\)s")
_PLACE = re.compile(r"""\bslot\("([a-z-]+)\.""")
_MAIL_WORDS = "linkflow/email/words.txt"


@dataclass(frozen=True)
class Shipped:
    """One text as shipped, in English, and the names that stand in braces in it or in another form of it."""

    text: str
    names: frozenset[str] = frozenset()

    @property
    def is_paragraph(self) -> bool:
        """May hold Markdown; otherwise it is a title, a label or a button."""
        return is_paragraph(self.text)


@dataclass(frozen=True)
class PageTexts:
    """A page's named places, and its other sentences by themselves."""

    slots: Mapping[str, Shipped] = field(default_factory=dict)
    sentences: Mapping[str, Shipped] = field(default_factory=dict)

    def get(self, key: str) -> Shipped | None:
        """The text of that place, or that sentence."""
        return self.slots.get(key) or self.sentences.get(key)


@lru_cache(maxsize=4096)
def keyed(message: str) -> str:
    """A sentence as a file names it: ``%(organization)s asks`` is ``{organization} asks``."""
    return " ".join(_VARIABLE.sub(r"{\1}", message).replace("%%", "%").split())


def is_paragraph(shipped: str) -> bool:
    """Prose ends with a full stop, which no title, label or button does."""
    return shipped.rstrip().endswith(".")


@lru_cache(maxsize=1)
def shipped_texts() -> "ShippedTexts":
    """Every page and mail by name, each read when it is first asked for."""
    return ShippedTexts()


class ShippedTexts(Mapping[str, PageTexts]):
    """The templates as trees, each read once."""

    def __init__(self) -> None:
        self._environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
        self._environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension's own
        self._trees: dict[tuple[str, frozenset[str]], nodes.Template] = {}
        self._read: dict[str, PageTexts] = {}
        self._pages = _pages()
        self._mails = sorted(path.name for path in (_ROOT / "email").iterdir() if path.is_dir())

    def __getitem__(self, name: str) -> PageTexts:
        if name not in self._read:
            if name not in iter(self):
                raise KeyError(name)
            self._read[name] = self._texts(name)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        yield from (*self._pages, *(MAIL + name for name in self._mails), EVERYWHERE, MAIL + EVERYWHERE)

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _texts(self, name: str) -> PageTexts:
        if name == EVERYWHERE:
            return _all(self[page] for page in self._pages)
        if name == MAIL + EVERYWHERE:
            return _all(self[MAIL + mail] for mail in self._mails)
        if name.startswith(MAIL):
            return self._mail(name)
        return self._page(name)

    def _page(self, name: str) -> PageTexts:
        """A page: its own template's sentences, and the places that any template names for it."""
        sentences = _by_key(m for tree in self._with_parts(self._pages[name][0]) for m in _messages(tree))
        slots = {slot: _shipped([text]) for (page, slot), text in _OF_CODE.items() if page == name}
        for template in self._pages[name]:
            for call in _calls(self._tree(template), "slot"):
                page, _, slot = _first_text(call).rpartition(".")
                if page == name:
                    slots[slot] = _shipped(_messages(call.args[1]))
        return PageTexts(slots, sentences)

    def _mail(self, name: str) -> PageTexts:
        """A mail's three templates; their words are macros of one file, of which it has those that it uses."""
        parts = [f"linkflow/{name}/{part}" for part in ("subject.txt", "body.txt", "body.html")]
        trees = list({id(tree): tree for part in parts for tree in self._with_parts(part)}.values())
        macros = [self._macros[used] for used in self._reached({one for tree in trees for one in _words_used(tree)})]
        variables = {one.name for tree in (*trees, *macros) for one in tree.find_all(nodes.Name)}
        everywhere = frozenset(name for name, variable in MAIL_NAMES.items() if variable in variables)
        slots = {
            _first_text(call): self._default(call.args[1], everywhere)
            for tree in trees
            for call in _calls(tree, "own_words")
        }
        return PageTexts(slots, _by_key((m for tree in (*trees, *macros) for m in _messages(tree)), everywhere))

    def _default(self, expression: nodes.Node, everywhere: frozenset[str]) -> Shipped:
        if own := list(_messages(expression)):
            return _shipped(own, everywhere)
        said = _shipped(m for name in _words_used(expression) for m in _messages(self._macros[name]))
        return Shipped(said.text, everywhere | {"organization"})

    @cached_property
    def _macros(self) -> Mapping[str, nodes.Macro]:
        return {macro.name: macro for macro in self._tree(_MAIL_WORDS).find_all(nodes.Macro)}

    def _reached(self, names: set[str]) -> set[str]:
        reached: set[str] = set()
        while names:
            reached |= names
            called = {
                call.node.name
                for name in names
                for call in self._macros[name].find_all(nodes.Call)
                if isinstance(call.node, nodes.Name)
            }
            names = (called & self._macros.keys()) - reached
        return reached

    def _with_parts(self, template: str) -> Iterator[nodes.Template]:
        """It, and whatever it extends or uses: of what it extends, without the blocks it has of its own."""
        seen, waiting, filled = set(), [template], frozenset[str]()
        while waiting:
            if (name := waiting.pop()) not in seen:
                seen.add(name)
                yield (tree := self._tree(name, filled))
                filled |= {block.name for block in tree.find_all(nodes.Block) if not _adds(block)}
                waiting += [part for part in meta.find_referenced_templates(tree) if part]

    def _tree(self, name: str, filled: frozenset[str] = frozenset()) -> nodes.Template:
        """The template with those blocks empty."""
        if (name, filled) not in self._trees:
            tree = self._environment.parse((paths.templates() / name).read_text(encoding="utf-8"))
            for block in list(tree.find_all(nodes.Block)):
                block.body = [] if block.name in filled else block.body
            self._trees[name, filled] = tree
        return self._trees[name, filled]


def _pages() -> dict[str, list[str]]:
    """Every page's name with the templates that speak for it, its own first."""
    found: dict[str, list[str]] = {}
    named: list[tuple[str, str]] = []
    for path in (path for folder in _FOLDERS for path in sorted((_ROOT / folder).glob("*.html"))):
        template = f"linkflow/{path.parent.name}/{path.name}"
        found[path.stem] = [template]
        named += [(page, template) for page in _PLACE.findall(path.read_text(encoding="utf-8"))]
    for page, template in named:
        if template not in found.setdefault(page, []):
            found[page].append(template)
    return found


def _adds(block: nodes.Block) -> bool:
    """Whether it says what it replaces, too."""
    return any(isinstance(call.node, nodes.Name) and call.node.name == "super" for call in block.find_all(nodes.Call))


def _messages(tree: nodes.Node) -> Iterator[str]:
    """Every sentence in it, the forms of a counted one apart."""
    calls = [tree] if isinstance(tree, nodes.Call) else []
    for call in (*calls, *tree.find_all(nodes.Call)):
        if isinstance(call.node, nodes.Name) and call.node.name in _GETTEXT:
            values = [part.value for part in call.args if isinstance(part, nodes.Const)]
            yield from (value for value in values if isinstance(value, str))


def _calls(tree: nodes.Node, name: str) -> Iterator[nodes.Call]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == name and len(call.args) > 1:
            yield call


def _first_text(call: nodes.Call) -> str:
    first = call.args[0]
    return str(first.value) if isinstance(first, nodes.Const) else ""


def _words_used(tree: nodes.Node) -> Iterator[str]:
    found = [tree] if isinstance(tree, nodes.Call) else []
    for part in (*(one.node for one in found), *tree.find_all(nodes.Getattr)):
        if isinstance(part, nodes.Getattr) and isinstance(part.node, nodes.Name) and part.node.name == "words":
            yield part.attr


def _by_key(messages: Iterable[str], everywhere: frozenset[str] = frozenset()) -> dict[str, Shipped]:
    return {keyed(message): _shipped([message], everywhere) for message in messages}


def _shipped(messages: Iterable[str], everywhere: frozenset[str] = frozenset()) -> Shipped:
    texts = [keyed(message) for message in messages]
    names = {name for text in texts for name in NAME.findall(text)}
    return Shipped(texts[0] if texts else "", everywhere | names | {"organization"})


def _all(pages: Iterable[PageTexts]) -> PageTexts:
    return PageTexts({}, {key: text for page in pages for key, text in page.sentences.items()})

"""An organization's own words in one rendering of a page or a mail, in place of the shipped ones.

A place has a name (``slot("welcome.title", …)``); every other sentence is its own key, as it stands in the templates
in English, with names in braces. A paragraph may hold a little Markdown: that is what ends with a full stop in the
shipped words. What an organization wrote is never run: only the names its place has are filled in, escaped. Words with
a name that has no value here, or that say nothing, leave the shipped ones standing.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Self

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from linkflow.markdown import as_html, as_plain, says_something
from linkflow.organization_model import Organization
from linkflow.shipped_texts import NAME, is_paragraph, keyed

_PLAIN_TAG = re.compile(r"<[^>]*>")


class _Said(str):
    """A sentence that still knows how it reads in English as shipped, and what was put into it."""

    __slots__ = ("message", "values")

    def __new__(cls, text: str, message: str, values: Mapping[str, object]) -> Self:
        made = super().__new__(cls, text)
        made.message, made.values = message, values
        return made

    message: str
    values: Mapping[str, object]


class _SaidInHtml(Markup):
    """The same, escaped."""

    __slots__ = ("message", "values")

    def __new__(cls, text: str, message: str = "", values: Mapping[str, object] | None = None) -> Self:
        made = super().__new__(cls, text)
        made.message, made.values = message, values or {}
        return made

    message: str
    values: Mapping[str, object]


class OwnWords:
    """Those of one organization for `page` (``consent``, ``email/request/both``) in one language.

    `values` are names its words may mention everywhere on that page; what the organization typed passes `checked` last.
    """

    def __init__(
        self,
        organization: Organization,
        page: str,
        language: str,
        *,
        values: Mapping[str, object] | None = None,
        checked: Callable[[str], str] = str,
    ) -> None:
        self._organization = organization
        self._page = page
        self._language = language
        self._values = {"organization": organization.name, **(values or {})}
        self._checked = checked

    def context(self) -> dict[str, Callable[..., Any]]:
        """What a template is given to speak with."""
        return {
            "slot": self._named,
            "own_words": self._ours,
            "gettext": self._gettext,
            "ngettext": self._ngettext,
        }

    @pass_context
    def _named(self, context: Context, key: str, default: str) -> str:
        page, _, slot = key.rpartition(".")
        return self._slot(context, page, slot, default)

    @pass_context
    def _ours(self, context: Context, slot: str, default: str) -> str:
        return self._slot(context, self._page, slot, default)

    def _slot(self, context: Context, page: str, slot: str, default: str) -> str:
        values = getattr(default, "values", {})
        shipped = getattr(default, "message", default)
        return self._own(context, page, slot, shipped, values) or default

    @pass_context
    def _gettext(self, context: Context, message: str, /, **values: object) -> str:
        own = self._own(context, self._page, keyed(message), message, values)
        shipped = _shipped(context, "gettext", message, **values) if own is None else own
        return _said(context, shipped, message, values)

    @pass_context
    def _ngettext(self, context: Context, one: str, many: str, number: int, /, **values: object) -> str:
        message, counted = one if number == 1 else many, {"num": number, **values}
        own = self._own(context, self._page, keyed(message), message, counted)
        shipped = _shipped(context, "ngettext", one, many, number, **values) if own is None else own
        return _said(context, shipped, message, counted)

    def _own(self, context: Context, page: str, key: str, shipped: str, values: Mapping[str, object]) -> str | None:
        found = self._organization.text(page, key, self._language, "")
        if not found:
            return None
        in_html = bool(context.eval_ctx.autoescape)
        scripts = {name: f"{{{name}}}" for name in NAME.findall(shipped)}  # a script of the page fills these in
        known = {**scripts, **self._values, **values}
        filled = _filled(_formed(found, paragraph=is_paragraph(shipped), in_html=in_html), known)
        if filled is None or not says_something(_PLAIN_TAG.sub("", filled)):
            return None
        return Markup(self._checked(filled)) if in_html else self._checked(filled)  # noqa: S704 - escaped above


def _shipped(context: Context, name: str, /, *sentences: object, **values: object) -> str:
    """What the environment's own translation gives, escaped where the template is."""
    translate: Any = context.environment.globals[name]
    said: Any = context.call(translate, *sentences, **values)
    return said  # type: ignore[no-any-return]  # text, marked as escaped or not


def _said(context: Context, text: str, message: str, values: Mapping[str, object]) -> str:
    """The sentence, for a place that has it as its default."""
    return (_SaidInHtml if context.eval_ctx.autoescape else _Said)(text, message, values)


def plain_words(organization: Organization, page: str, slot: str, language: str, default: str) -> str:
    """The organization's paragraph for a place, in plain text, else ``default``: for what is no template's."""
    found = organization.text(page, slot, language, "")
    filled = _filled(as_plain(found), {"organization": organization.name}) if found else None
    return filled if filled and says_something(filled) else default


def _formed(text: str, *, paragraph: bool, in_html: bool) -> str:
    if paragraph:
        return as_html(text) if in_html else as_plain(text)
    return escape(text) if in_html else text


def _filled(text: str, values: Mapping[str, object]) -> str | None:
    """None when a name is not known here, or has nothing to stand for."""
    names = set(NAME.findall(text))
    if any(not str(values.get(name) if values.get(name) is not None else "") for name in names):
        return None
    put = escape if isinstance(text, Markup) else str
    return NAME.sub(lambda match: put(values[match[1]]), str(text))

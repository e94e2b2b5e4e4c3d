"""The words of a mail: linkflow's sentences, and the organization's own with the few names they may mention.

The sentences stand in one template of plain text. For the HTML twin the same template is rendered escaped, so that an
organization's paragraph keeps its emphasis and links there, and is plain text in the other twin.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from jinja2 import Environment

from linkflow.mail.placeholders import disarm
from linkflow.organization_model import Organization
from linkflow.own_words import OwnWords
from linkflow.shipped_texts import MAIL_NAMES
from linkflow.templating import environment


def own_words(organization: Organization, page: str, language: str, values: Mapping[str, object]) -> OwnWords:
    """One organization's words in one language, for one mail about `values`."""
    named = {name: values[key] for name, key in MAIL_NAMES.items() if values.get(key)}
    return OwnWords(organization, page, language, values=named, checked=disarm)


class Sentences:
    """The macros of `words.txt` for one mail, as functions: of plain text, or escaped for the HTML twin.

    An HTML template must not import that file itself: a macro of a text template would count as escaped when it is not.
    """

    def __init__(self, language: str, values: Mapping[str, object], *, in_html: bool = False) -> None:
        jinja = _escaping(language) if in_html else environment(language)
        self._macros = jinja.get_template("linkflow/email/words.txt").make_module(dict(values))
        self._in_html = in_html

    def __getattr__(self, name: str) -> Callable[..., str]:
        macro: Callable[..., str] = getattr(self._macros, name)
        if self._in_html:
            return macro
        return lambda *arguments: str.__str__(macro(*arguments))  # a plain str, whatever kind the macro gives


@lru_cache(maxsize=32)
def _escaping(language: str) -> Environment:
    return environment(language).overlay(autoescape=True)

"""The words of a mail: linkflow's sentences, and the organization's own with the few names they may mention.

A shipped sentence is never searched for names: only what an operator wrote is.
"""

import re
from collections.abc import Callable, Mapping

from jinja2 import Environment

from linkflow.mail.placeholders import disarm
from linkflow.organization_model import Organization

NAMES: Mapping[str, str] = {
    "company": "company_name",
    "contact": "contact_name",
    "request": "request_name",
    "person": "rm_name",
    "software": "software_name",
}
"""What an operator may write in braces in a mail's text, with `{organization}`; elsewhere braces stay as they are."""

_NAME = re.compile(r"\{([a-z]+)\}")


class Words:
    """One organization's words in one language, for one mail about `values`."""

    def __init__(self, organization: Organization, language: str, values: Mapping[str, object]) -> None:
        self._organization = organization
        self._language = language
        self._values = {name: values[key] for name, key in NAMES.items() if values.get(key)}
        self._values["organization"] = organization.name

    def text(self, page: str, slot: str, default: str) -> str:
        """The organization's text for that place, else `default`."""
        found = self._organization.text(page, slot, self._language, "")
        if not found:
            return default
        return _NAME.sub(lambda match: str(self._values.get(match[1], match[0])), disarm(found))

    def slot(self, key: str, default: str) -> str:
        """The words of a page, as its own template asks for them: `welcome.connect`."""
        page, _, slot = key.rpartition(".")
        return self.text(page, slot, default)


class Sentences:
    """The macros of `words.txt` for one mail, as functions that give plain text.

    Called as a macro from an HTML template, a macro of a text template would count as escaped when it is not; as
    plain text it is escaped where it is printed.
    """

    def __init__(self, jinja: Environment, values: Mapping[str, object]) -> None:
        self._macros = jinja.get_template("linkflow/email/words.txt").make_module(dict(values))

    def __getattr__(self, name: str) -> Callable[..., str]:
        macro = getattr(self._macros, name)
        return lambda *arguments: str.__str__(macro(*arguments))  # a plain str, whatever kind the macro gives

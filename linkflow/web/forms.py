"""Forms: one base with linkflow's own CSRF rules, and their way into a page's view.

What was typed always comes back, passwords apart; a refusal of the domain lands beside the field it is about.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from wtforms import Field, FileField, PasswordField, StringField

from linkflow.domain.errors import Refused
from linkflow.domain.texts import storable
from linkflow.web.page_views import FieldView, FormView
from linkflow.web.pages import spoken
from linkflow.web.running import ctx, href
from linkflow.web.words import problem

R = TypeVar("R")

CSRF_FIELD = "linkflow_csrf"
SECRETS = frozenset({"password", "present_password", "new_password", "app_code"})
"""The fields whose values are never shown again."""
_HIDDEN = SECRETS | {CSRF_FIELD}
_ID = re.compile(r"[a-z2-7]{26}")
_NEVER_BACK = (FileField, PasswordField)
"""What comes with a form and cannot be shown in it again."""


@dataclass(frozen=True)
class Done(Generic[R]):
    """A form was carried out, with what came of it."""

    value: R


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF is untyped
    """The base of every form. Keys rotate with the settings; a token lives as long as its session."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF is untyped
        """Flask-WTF reads these; it knows nothing of SECRET_KEY_FALLBACKS, so it is given every key."""

        csrf = True
        csrf_time_limit = None
        csrf_field_name = CSRF_FIELD

        @property
        def csrf_secret(self) -> list[str]:
            """Every signing key, oldest first: the newest signs, all of them read."""
            return _keys()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            """Every text comes without characters that a database or a page does not take."""
            bound: Field = super().bind_field(form, unbound_field, {**options, "filters": [_storable]})
            return bound

        def get_translations(self, _form: Any) -> None:
            """None: the words are the templates'."""

    problems: tuple[str, ...] = ()

    def carry_out(self, act: Callable[[], R]) -> Done[R] | None:
        """Do what the form asks for, if it was sent and its token is good; None otherwise, or when it was refused."""
        if not self.is_submitted():
            return None
        if not self.validate():
            lost = any(isinstance(field, _NEVER_BACK) for field in self)
            stale = problem("form", "stale-and-lost" if lost else "stale", spoken())
            self.problems = (stale,) if CSRF_FIELD in self.errors else ()
            return None
        try:
            return Done(act())
        except Refused as refused:
            self.refuse(refused)
            return None

    def refuse(self, refused: Refused) -> None:
        """Put everything that was refused beside its field, or above the form when it has no such field."""
        for one in (refused, *refused.others):
            words = problem(one.field, one.reason, spoken(), **one.details)
            if one.field in self:
                self[one.field].errors = [*self[one.field].errors, words]
            else:
                self.problems = (*self.problems, words)

    @property
    def status(self) -> int:
        """200 for a page looked at, 422 for one that comes back."""
        return 422 if self.is_submitted() else 200


class OnceForm(Form):
    """A form with an id made for what it does when the page was shown: sent twice it is done once."""

    once = StringField()

    @property
    def once_id(self) -> str:
        """The id that came with the form, else a fresh one."""
        sent = self.once.data or ""
        return sent if _ID.fullmatch(sent) else ctx().new_id()


def form_view(form: Form, path: str) -> FormView:
    """A form for its template; `path` is one of `domain.links`."""
    fields = {field.short_name: _view(field) for field in form if field.short_name != CSRF_FIELD}
    token = form[CSRF_FIELD].current_token if CSRF_FIELD in form else None
    return FormView(action=href(path), csrf_token=token, fields=fields, problems=form.problems, csrf_field=CSRF_FIELD)


def button(path: str) -> FormView:
    """A form that is one button: only its token, without the cost of a form's fields."""
    token = generate_csrf(secret_key=_keys(), token_key=CSRF_FIELD)
    return FormView(action=href(path), csrf_token=token, csrf_field=CSRF_FIELD)


def typed() -> tuple[tuple[str, str], ...]:
    """Name and value of everything that was sent and may be shown again: no token, no secret, no file."""
    sent = tuple((name, str(_storable(value))) for name, value in request.form.items(multi=True) if name not in _HIDDEN)
    return sent if any(value.strip() for _, value in sent) else ()


def _view(field: Field) -> FieldView:
    errors = [str(error) for error in field.errors]
    return FieldView(name=field.short_name, value=_typed(field), error=errors[0] if errors else None)


def _keys() -> list[str]:
    return list(ctx().settings.secret_keys)


def _storable(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


def _typed(field: Field) -> str:
    if isinstance(field, PasswordField):
        return ""
    value = field.raw_data[0] if field.raw_data else field.data
    return storable(value) if isinstance(value, str) else ""

"""Where a customer's software is, when its addresses depend on them: what they are asked, and what they answer.

What the operator has fixed is not asked. An answer is one of those the catalogue allows, or it is refused; it is kept
with the attempt, and with the consent in the words that were read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from linkflow.domain.consent import Fact
from linkflow.domain.errors import Refused, refuse
from linkflow.domain.languages import Speech, told, translatable
from linkflow.domain.software import Software
from linkflow.domain.software_inputs import Input
from linkflow.services.context import Context

ASKED = "asked_"
"""What a question's field is called begins so."""


@dataclass(frozen=True)
class Question:
    """One thing the addresses need to know; `choices` are empty where it is written, not chosen.

    `known` is what was answered before.
    """

    name: str
    label: str
    hint: str
    choices: tuple[tuple[str, str], ...]
    known: str

    @property
    def field(self) -> str:
        """The name of its field."""
        return ASKED + self.name


def questions(
    ctx: Context, software: Software, *, organization: str, speech: Speech, known: Mapping[str, str]
) -> tuple[Question, ...]:
    """What this customer is asked before signing in, in their language."""
    fixed = ctx.settings.inputs(software.id, organization)
    return tuple(_question(one, speech, known) for one in software.asked if one.name not in fixed)


def answers(software: Software, asked: tuple[Question, ...], typed: Mapping[str, str]) -> dict[str, str]:
    """What was answered, by the input's name; raises `Refused` with everything that may not be given."""
    inputs, found, refusals = {one.name: one for one in software.asked}, {}, []
    for question in asked:
        given = typed.get(question.name, "").strip()
        if given and inputs[question.name].read(given) is not None:
            found[question.name] = given
        else:
            refusals.append(Refused(question.field, _why(question, given)))
    refuse(refusals)
    return found


def stated(asked: tuple[Question, ...], answered: Mapping[str, str], speech: Speech) -> tuple[Fact, ...]:
    """The answers as the consent record keeps them: the question as it was read, and what was chosen or written."""
    lines = tuple(_line(one, answered[one.name], speech) for one in asked)
    return (Fact(speech.say(translatable("What you said before signing in")), "", lines),) if lines else ()


def inputs(ctx: Context, software_id: str, organization: str, *given: Mapping[str, str]) -> dict[str, str]:
    """What stands in the addresses of a new sign-in: what was given, later before earlier, and what is fixed."""
    asked = [one.name for one in ctx.catalogue[software_id].asked]
    every = {name: value for one in given for name, value in one.items() if name in asked}
    return {**every, **ctx.settings.inputs(software_id, organization)}


def _line(asked: Question, answer: str, speech: Speech) -> str:
    said = dict(asked.choices).get(answer, answer)
    return speech.say(translatable("%(question)s: %(answer)s"), question=asked.label, answer=said)


def _question(one: Input, speech: Speech, known: Mapping[str, str]) -> Question:
    choices = tuple((value, told(one.labels.get(value, value), speech)) for value in one.values)
    before = known.get(one.name) or one.default or ""
    return Question(one.name, told(one.label, speech), told(one.hint, speech), choices, before)


def _why(question: Question, given: str) -> str:
    if not given:
        return "empty"
    return "not-offered" if question.choices else "written-otherwise"

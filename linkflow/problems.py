"""Mistakes in configuration, in the form people can act on: ``file: key: reason``.

Whoever reads configuration collects ``Problem``s over all files and raises one ``ConfigurationError``. A reason
never repeats a value that could be a secret.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

Location = tuple[int | str, ...]
_ALTERNATIVE = re.compile(r"(constrained-)?str\Z|(dict|tuple|list|function-\w+)\[|\[key\]\Z")
"""pydantic's names for the alternatives of a union, which nobody has written in a file."""


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: the file (or ``environment``), the dotted key, and what is wrong with it."""

    file: str
    key: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.reason}"


class CannotRun(RuntimeError):
    """linkflow cannot run here as things are; the message says what to do, in one line."""


class ConfigurationError(Exception):
    """The configuration cannot be used; ``problems`` holds every mistake found, one line each in the text."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_toml(path: Path) -> Mapping[str, Any]:
    """The file's content; a ConfigurationError with its one problem when it is not readable TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigurationError([Problem(path.name, "(file)", f"cannot be read: {reason}")]) from error
    except RecursionError:
        raise ConfigurationError([Problem(path.name, "(file)", "cannot be read: nested far too deep")]) from None


def problems_of(error: ValidationError, file: str, model: type[BaseModel]) -> list[Problem]:
    """pydantic's findings about one file, with the nearest known name for each unknown key."""
    problems: dict[str, Problem] = {}
    for found in error.errors(include_input=False, include_url=False):
        location = tuple(part for part in found["loc"] if not (isinstance(part, str) and _ALTERNATIVE.match(part)))
        key = dotted(location) or "(file)"
        reason = _reason(found["type"], found["msg"], location, model)
        problems.setdefault(key, Problem(file, key, reason))
    return list(problems.values())


def dotted(location: Location) -> str:
    """``("look", "navigation", 0, "url")`` → ``look.navigation[0].url``."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def nearest(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` when something known is near, else the known names when they are few, else nothing."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(names)}" if 0 < len(names) <= 30 else ""


def _reason(kind: str, message: str, location: Location, model: type[BaseModel]) -> str:
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a known key" + nearest(str(location[-1]), _names_at(model, location[:-1]))
    text = message.removeprefix("Value error, ").removeprefix("Input ").removeprefix("String ")
    return text or message


def _names_at(model: type[BaseModel], location: Location) -> list[str]:
    """The keys of the table at that place of the model; none for free tables."""
    current: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, str) and current is not None:
            found = current.model_fields.get(part)
            current = _model_in(found.annotation) if found else current
    return list(current.model_fields) if current else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model a field's type holds, at any depth of ``list[...]``, ``dict[...]`` or ``... | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)

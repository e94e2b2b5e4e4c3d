"""The mark every view function carries: the name of the guard it stands behind. A test finds the one without."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def guarded(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a view with the guard it stands behind."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.guard = name  # type: ignore[attr-defined]  # read by the architecture test
        return view

    return mark


public = guarded("public")
ONE_CLICK = "one-click"
"""The guard of what a mail program may post from anywhere, with a token that can do this one thing."""

"""linkflow as it is shipped, with the samples of one subject: all of them are `make slow`'s."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from linkflow.demo import Place, environment_of
from linkflow.services.context import Context
from linkflow.web.gallery import every
from linkflow.wiring import context_from

Apart = Callable[..., Any]


@pytest.fixture
def ctx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    environment = environment_of(Place(tmp_path / "place", 8000))
    for name, value in environment.items():
        if name.startswith("LINKFLOW_"):
            monkeypatch.setenv(name, value)
    return context_from(environment)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a link opens."""
    monkeypatch.setattr(every, "SUBJECTS", {"link": every.SUBJECTS["link"]})


@pytest.fixture
def apart() -> Apart:
    """Call in a thread of its own: the browser that other tests drive has its event loop in this one."""

    def called(act: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(act, *arguments, **named).result()

    return called

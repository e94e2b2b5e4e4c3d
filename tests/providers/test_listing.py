"""Providers are found by listing the package; nothing else names them."""

import sys
from types import ModuleType

import pytest

from linkflow import providers
from linkflow.domain.errors import NotFound


def test_every_listed_provider_loads_with_the_ports_names() -> None:
    for software in providers.provider_ids():
        provider = providers.load(software)
        assert all(callable(getattr(provider, name)) for name in ("tenants", "parts", "pull"))


@pytest.mark.parametrize("software", ["", "nobody", "../settings", "Sandbox", "__init__", "a.b", "os"])
def test_what_is_not_in_the_package_is_not_loaded(software: str) -> None:
    with pytest.raises(NotFound):
        providers.load(software)


def test_an_incomplete_provider_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    half = ModuleType("linkflow.providers.half")
    half.tenants = lambda session: ()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "linkflow.providers.half", half)
    monkeypatch.setattr(providers, "provider_ids", lambda: ("half",))
    with pytest.raises(TypeError, match="lacks parts, pull"):
        providers.load("half")

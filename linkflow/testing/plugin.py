"""The pytest fixtures: name this module in `pytest_plugins` of your top conftest.

`linkflow_site` is one running linkflow for the whole session. Override `linkflow_environment` to test with your own
organizations: `{"LINKFLOW_ORGANIZATIONS_DIR": "…"}`, every other setting works the same way.
"""

from collections.abc import Iterator, Mapping

import pytest

from linkflow.testing.site import Site, running_site


@pytest.fixture(scope="session")
def linkflow_environment() -> Mapping[str, str]:
    """Settings laid over the demo's."""
    return {}


@pytest.fixture(scope="session")
def linkflow_site(tmp_path_factory: pytest.TempPathFactory, linkflow_environment: Mapping[str, str]) -> Iterator[Site]:
    """A whole linkflow with its sandbox, started at first use and ended with the session."""
    with running_site(tmp_path_factory.mktemp("linkflow"), linkflow_environment) as site:
        yield site

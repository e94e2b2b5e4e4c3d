"""What this machine may lack. A test that cannot run says NOT RUN and which command would change that.

With LINKFLOW_TEST_REQUIRE_ALL set, as .ci/run sets it, whatever is missing is a failure.
"""

import os

import pytest


def require(present: object, what: str, *, command: str) -> None:
    """Go on when `present`; otherwise skip, or fail where everything is required."""
    if present:
        return
    told = f"NOT RUN: {what} is not here. Bring it with: {command}"
    if os.environ.get("LINKFLOW_TEST_REQUIRE_ALL"):
        pytest.fail(told, pytrace=False)
    pytest.skip(told)

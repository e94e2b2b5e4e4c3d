"""The running linkflow of the present request, and where in the host's address space it is mounted."""

from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

from flask import current_app

from linkflow.services.context import Context

EXTENSION = "linkflow"


def ctx() -> Context:
    """What `app.py` wired for the present app."""
    return cast(Context, current_app.extensions[EXTENSION])


@lru_cache(maxsize=8)
def mount(public_url: str) -> str:
    """The path linkflow lives under: empty when it stands alone."""
    return urlsplit(public_url).path.rstrip("/")


def href(path: str) -> str:
    """A path of `domain.links` as this installation's visitors reach it."""
    return mount(ctx().settings.public_url) + path

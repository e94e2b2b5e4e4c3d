"""Where templates, static files, shipped configuration and migrations lie. No other module knows.

A wheel carries the three folders inside the package; in a checkout they lie beside it.
"""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def package() -> Path:
    """The folder of the ``linkflow`` package."""
    return _PACKAGE


def templates() -> Path:
    """The folder that holds ``linkflow/`` with all page and email templates."""
    return _root() / "templates"


def static() -> Path:
    """Stylesheets, scripts, icons and the logos of software."""
    return _root() / "static"


def config() -> Path:
    """The shipped configuration: ``software/``, ``organizations/``, ``settings.example.env``."""
    return _root() / "config"


def migrations() -> Path:
    """Alembic's folder."""
    return _PACKAGE / "store" / "migrations"


@cache
def _root() -> Path:
    return _PACKAGE if (_PACKAGE / "templates" / "linkflow").is_dir() else _PACKAGE.parent

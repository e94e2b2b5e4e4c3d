"""linkflow: ask a business customer for its books, in your own walls."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linkflow.app import Linkflow, create_app

__version__ = "0.1.0"
__all__ = ["Linkflow", "__version__", "create_app"]


def __getattr__(name: str) -> Any:
    """Load the web only when it is asked for: commands and the worker do without."""
    if name in ("Linkflow", "create_app"):
        from linkflow import app

        return getattr(app, name)
    raise AttributeError(name)

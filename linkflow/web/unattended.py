"""Pages that fetch themselves again while books are read (`static/js/live.js`): nobody pressed, so nobody is there."""

from flask import request

HEADER = "Linkflow-Unattended"


def is_unattended() -> bool:
    """Whether a page asks by itself. It keeps no session awake, and takes nothing that is shown once."""
    return HEADER in request.headers

"""Documents on disk that need no server: their styles and pictures lie beside them, their icons inside them.

A browser shows no icon of another file where there is no server, so those a document uses are drawn in it.
"""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

FILES = "files"
_DRAWN = "icon-"
"""So begins the id of an icon in a document, whose own parts have plain ones."""
_OWN = re.compile(r'(\s(?:href|src)=")([^"#]*/(?:static|theme|brand|marks)/[^"#]+)"')
_ICON = re.compile(r'(<use href=")[^"#]*icons\.svg#([a-z-]+)"')
_SYMBOL = re.compile(r'<symbol id="([a-z-]+)".*?</symbol>', re.DOTALL)
_POLICY = (
    "<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; form-action 'none'; base-uri 'none'\">"
)

Fetch = Callable[[str], bytes]
"""What the application answers at one of its own addresses."""


class Shelf:
    """A folder that documents are put into, each with what it is made with."""

    def __init__(self, folder: Path, fetch: Fetch, *, sprite: str) -> None:
        self.folder = folder
        self._fetch = fetch
        self._symbols = {found[1]: found[0] for found in _SYMBOL.finditer(sprite)}
        self._kept: dict[str, str] = {}
        (folder / FILES).mkdir(parents=True, exist_ok=True)

    def put(self, path: str, html: str) -> Path:
        """The document at `path` below the folder, with addresses that hold on disk."""
        up = "../" * path.count("/")
        drawn: dict[str, str] = {}

        def icon(found: re.Match[str]) -> str:
            drawn[found[2]] = self._symbols[found[2]].replace(' id="', f' id="{_DRAWN}', 1)
            return f'{found[1]}#{_DRAWN}{found[2]}"'

        def own(found: re.Match[str]) -> str:
            return f'{found[1]}{up}{FILES}/{self._beside(found[2])}"'

        body = _OWN.sub(own, _ICON.sub(icon, html))
        body = re.sub(r"<head>", f"<head>{_POLICY}", body, count=1)
        if drawn:
            body = re.sub(r"(<body[^>]*>)", lambda found: found[1] + _sprite(drawn), body, count=1)
        return self.write(path, body)

    def write(self, path: str, text: str) -> Path:
        """Text at `path`, as it is."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        return place

    def _beside(self, address: str) -> str:
        if address not in self._kept:
            name = f"{hashlib.sha256(address.encode()).hexdigest()[:8]}-{address.rpartition('/')[2]}"
            (self.folder / FILES / name).write_bytes(self._fetch(address))
            self._kept[address] = name
        return self._kept[address]


def _sprite(drawn: dict[str, str]) -> str:
    inside = "".join(drawn.values())
    return f'<svg width="0" height="0" style="position:absolute" aria-hidden="true" focusable="false">{inside}</svg>'

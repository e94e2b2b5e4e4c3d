"""The marks an operator puts beside its own catalogue files: a product's logo, and its vendor's own connect button.

`<id>.svg` is the logo of a product, in place of a shipped one; `<id>.connect.svg` the picture its vendor wants on the
button that leads to its sign-in. PNG and JPEG will do as well. Both are vendors' property, so none is shipped.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from linkflow.images import Image, read_image
from linkflow.problems import Problem, nearest

CONNECT = ".connect"
SUFFIXES = frozenset({".svg", ".png", ".jpg", ".jpeg"})


@dataclass(frozen=True)
class Marks:
    """Those of one product that are there."""

    logo: Image | None = None
    connect_button: Image | None = None

    def named(self, file_name: str) -> Image | None:
        """The one of that address."""
        both = (self.logo, self.connect_button)
        return next((one for one in both if one is not None and one.file_name == file_name), None)


def read_marks(folder: Path, known: Collection[str], problems: list[Problem]) -> dict[str, Marks]:
    """The marks in a folder by the product's id; what is wrong with them goes to `problems`."""
    found: dict[str, Marks] = {}
    for path in _pictures(folder):
        software, slot = path.stem.removesuffix(CONNECT), "connect_button" if path.stem.endswith(CONNECT) else "logo"
        marks = found.get(software, Marks())
        if software not in known:
            problems.append(_wrong(path, f"belongs to no software of the catalogue{nearest(software, known)}"))
        elif getattr(marks, slot) is not None:
            problems.append(_wrong(path, "is the second of its name; leave one of them there"))
        elif (image := _read(path, problems)) is not None:
            found[software] = replace(marks, **{slot: image})
    return found


def _pictures(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES)


def _read(path: Path, problems: list[Problem]) -> Image | None:
    try:
        return read_image(path, alt="")
    except ValueError as error:
        problems.append(_wrong(path, str(error)))
        return None


def _wrong(path: Path, reason: str) -> Problem:
    return Problem(path.name, "(picture)", reason)

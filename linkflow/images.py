"""Images from people's folders: read once, judged by content and not by name, refused when they could do anything.

An SVG may draw and nothing else: no script, no event handler, no reference outside itself. A PNG or JPEG is drawn
anew (``linkflow.raster``). Bytes and pixels are limited; addresses carry a hash of the content.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from linkflow.raster import drawn_anew, media_type_of, suffix_of

MOST_BYTES = 300_000
MOST_DRAWN = 50_000
"""Elements of a drawing, each as often as it is drawn."""
DEEPEST = 20
"""Steps from a part that is drawn again to one that is drawn again in it."""
_DRAWING = re.compile(
    r"svg|g|defs|symbol|use|title|desc|path|rect|circle|ellipse|line|polyline|polygon|text|tspan"
    r"|linearGradient|radialGradient|stop|clipPath|mask"
)
_DECLARATION = re.compile(
    r"""\A<\?xml version=["']1\.0["']( encoding=["']utf-8["'])?( standalone=["'](yes|no)["'])?\s*\?>""", re.IGNORECASE
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ACTIVE = re.compile(
    r"""javascript:|data:|@import|expression\(|image-set|\bsrc\(|\\|url\((?!\s*['"]?#)""", re.IGNORECASE
)
"""A backslash could spell any of the others in a style."""
_REFERENCE = re.compile(r"""\A#(.+)|url\(\s*(?:'#([^']+)|"#([^"]+)|#([^)\s]+))""", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Image:
    """A checked image. ``alt`` is what a reader hears; empty only for a picture that says nothing."""

    content: bytes = field(repr=False)
    media_type: str
    suffix: str
    alt: str

    @property
    def digest(self) -> str:
        """Sixteen hex digits of the content, for its address."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @property
    def file_name(self) -> str:
        """``<digest>.svg``: the last part of its address."""
        return self.digest + self.suffix


def read_image(path: Path, *, alt: str) -> Image:
    """The image at ``path``; ValueError with the reason when it cannot be shown safely."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise ValueError(f"is larger than {MOST_BYTES:,} bytes")
    if media_type := media_type_of(content):
        drawn = drawn_anew(content, media_type)
        return Image(content=drawn, media_type=media_type, suffix=suffix_of(media_type), alt=alt)
    check_svg(content)
    return Image(content=_COMMENT.sub(b"", content), media_type="image/svg+xml", suffix=".svg", alt=alt)


def check_svg(content: bytes) -> None:
    """ValueError unless the bytes are an SVG that only draws."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("is neither SVG, PNG nor JPEG") from None
    drawing = _DECLARATION.sub("", _COMMENT.sub(b"", content).decode())
    if "<!" in drawing or "<?" in drawing:
        raise ValueError("is an SVG with a document type, entity or processing instruction, or no SVG")
    try:
        root = ET.fromstring(text)  # noqa: S314 - no document type, so no entities can be declared
    except ET.ParseError:
        raise ValueError("is neither SVG, PNG nor JPEG") from None
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        raise ValueError('is no SVG: its first element should be <svg xmlns="http://www.w3.org/2000/svg">')
    for element in root.iter():
        _check_element(element)
    _check_repeats(root)


def _check_element(element: "ET.Element[str]") -> None:
    name = str(element.tag).rpartition("}")[2]
    if not _DRAWING.fullmatch(name):
        raise ValueError(f"has <{name}>, which a drawing does not need: export it as plain SVG, styles as attributes")
    for attribute, value in element.attrib.items():
        plain = attribute.rpartition("}")[2].lower()
        leads_out = plain == "base" or (plain in {"href", "src"} and not value.startswith("#"))
        if plain.startswith("on") or leads_out or _ACTIVE.search(value):
            raise ValueError(f"has <{name} {plain}>, which could run or load something")


def _check_repeats(root: "ET.Element[str]") -> None:
    """What <use>, a mask or a clip draws again counts each time: ten doublings would be a thousand drawings."""
    named: dict[str, ET.Element[str]] = {}
    for element in root.iter():
        named.setdefault(element.attrib.get("id", ""), element)
    counted: dict[str, int] = {}

    def drawn(element: "ET.Element[str]", steps: int) -> int:
        if steps > DEEPEST:
            raise _GrowsError
        found = 0
        for part in element.iter():
            found += 1 + sum(again(name, steps + 1) for name in _references(part))
            if found > MOST_DRAWN:
                raise _GrowsError
        return found

    def again(name: str, steps: int) -> int:
        if name in named and name not in counted:
            counted[name] = drawn(named[name], steps)
        return counted.get(name, 0)

    drawn(root, 0)


def _references(element: "ET.Element[str]") -> Iterator[str]:
    for value in element.attrib.values():
        yield from (unquote("".join(found)) for found in _REFERENCE.findall(value))


class _GrowsError(ValueError):
    """Small as a file, endless on a screen."""

    def __init__(self) -> None:
        super().__init__("has parts that are drawn again too often, or in a ring")

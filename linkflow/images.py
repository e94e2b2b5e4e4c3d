"""Images from people's folders: read once, judged by content and not by name, refused when they could do anything.

An SVG may draw and nothing else: no script, no event handler, no reference outside itself. Bytes are limited;
addresses carry a hash of the content.
"""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

MOST_BYTES = 300_000
_RASTER = {b"\x89PNG\r\n\x1a\n": ("image/png", ".png"), b"\xff\xd8\xff": ("image/jpeg", ".jpg")}
_DRAWING = re.compile(
    r"svg|g|defs|symbol|use|title|desc|path|rect|circle|ellipse|line|polyline|polygon|text|tspan"
    r"|linearGradient|radialGradient|stop|clipPath|mask"
)
_DECLARATION = re.compile(r"""\A<\?xml version=["']1\.0["']( encoding=["']utf-8["'])?\s*\?>""", re.IGNORECASE)
_ACTIVE = re.compile(r"javascript:|data:|@import|expression\(|url\(\s*['\"]?(?!#)", re.IGNORECASE)


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
    for start, (media_type, suffix) in _RASTER.items():
        if content.startswith(start):
            return Image(content=content, media_type=media_type, suffix=suffix, alt=alt)
    check_svg(content)
    return Image(content=content, media_type="image/svg+xml", suffix=".svg", alt=alt)


def check_svg(content: bytes) -> None:
    """ValueError unless the bytes are an SVG that only draws."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("is neither SVG, PNG nor JPEG") from None
    if "<!" in text.replace("<!--", "") or "<?" in _DECLARATION.sub("", text):
        raise ValueError("is an SVG with a document type, entity or processing instruction, or no SVG")
    try:
        root = ET.fromstring(text)  # noqa: S314 - no document type, so no entities can be declared
    except ET.ParseError:
        raise ValueError("is neither SVG, PNG nor JPEG") from None
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        raise ValueError('is no SVG: its first element should be <svg xmlns="http://www.w3.org/2000/svg">')
    for element in root.iter():
        _check_element(element)


def _check_element(element: "ET.Element[str]") -> None:
    name = str(element.tag).rpartition("}")[2]
    if not _DRAWING.fullmatch(name):
        raise ValueError(f"has <{name}>, which only a drawing that does more needs")
    for attribute, value in element.attrib.items():
        plain = attribute.rpartition("}")[2].lower()
        if plain.startswith("on") or (plain in {"href", "src"} and not value.startswith("#")) or _ACTIVE.search(value):
            raise ValueError(f"has <{name} {plain}>, which could run or load something")

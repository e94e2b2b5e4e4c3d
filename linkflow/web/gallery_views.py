"""What the pages of the gallery are given: the one on disk with pictures, and the portal's two.

The same rules as `portal_views`: pure frozen values; subjects, widths and schemes are keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Width = Literal["phone", "desktop"]
Scheme = Literal["light", "dark"]
Kind = Literal["page", "mail", "text"]


@dataclass(frozen=True, kw_only=True)
class PictureView:
    """One picture of a document. `contrast` is the least of its text, 1 to 21; None where nothing could be measured."""

    width: Width
    scheme: Scheme
    href: str
    contrast: float | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GalleryEntry:
    """One document. `title` is the page's own or the mail's subject, `text` a mail's plain twin or a whole text."""

    label: str
    kind: Kind
    title: str
    href: str
    text: str = ""
    pictures: tuple[PictureView, ...] = ()

    @property
    def problems(self) -> int:
        """How much is wrong with it in all its pictures."""
        return sum(len(one.problems) for one in self.pictures)


@dataclass(frozen=True, kw_only=True)
class GalleryGroup:
    """The documents of one subject."""

    subject: str
    entries: tuple[GalleryEntry, ...]


@dataclass(frozen=True, kw_only=True)
class GalleryIndex:
    """The gallery on disk: by language (its tag → its own name in `names`), the default one first.

    `colours` are faults of the organization's own colours, as sentences.
    """

    languages: Mapping[str, tuple[GalleryGroup, ...]]
    names: Mapping[str, str]
    colours: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[GalleryEntry, ...]:
        """Every document."""
        return tuple(one for groups in self.languages.values() for group in groups for one in group.entries)

    @property
    def pictures(self) -> int:
        """How many were taken."""
        return sum(len(one.pictures) for one in self.entries)

    @property
    def problems(self) -> int:
        """How much is wrong in all."""
        return len(self.colours) + sum(one.problems for one in self.entries)


@dataclass(frozen=True, kw_only=True)
class GalleryPage:
    """The portal's list of documents, each leading to its page."""

    groups: tuple[GalleryGroup, ...]


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to look at a document; `key` is a width, a scheme, or a language's tag with `name` for it."""

    key: str
    href: str
    current: bool
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class GalleryDocumentPage:
    """One document in the portal, framed: `src` is the document by itself."""

    entry: GalleryEntry
    subject: str
    gallery_href: str
    src: str
    language: str
    width: Width
    scheme: Scheme
    widths: tuple[Way, ...]
    schemes: tuple[Way, ...]
    languages: tuple[Way, ...]
    previous_href: str | None = None
    next_href: str | None = None

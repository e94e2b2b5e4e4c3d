"""`linkflow preview`: a folder with every page and mail of one organization, in pictures and to be opened."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from linkflow.languages import language_name
from linkflow.organization_model import Organization
from linkflow.preview import chromium
from linkflow.preview.contrast import colour_problems
from linkflow.preview.looking import Job, Seen, View, look_at
from linkflow.preview.rendering import Press, Written
from linkflow.problems import CannotRun
from linkflow.services.context import Context
from linkflow.web.gallery_views import GalleryEntry, GalleryGroup, GalleryIndex, PictureView

PICTURES = "pictures"
MARK = ".linkflow-gallery"
"""Lies in every gallery from its beginning: only what holds it is ever deleted."""
EVERYWHERE = tuple(View(width, scheme) for width in ("phone", "desktop") for scheme in ("light", "dark"))
ONCE = (View("phone", "light"),)
"""How documents in a further language are looked at, unless all is wanted."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Built:
    """What became of it: where to begin to look, how many pictures, how much is wrong."""

    index: Path
    pictures: int
    problems: int


def build(ctx: Context, organization: Organization, folder: Path, *, full: bool, say: Say) -> Built:
    """Write the gallery, whatever gallery was there before; `say` is told how far it is.

    CannotRun: no browser, or the folder holds something else.
    """
    chromium.require()
    _clear(folder)
    press = Press(ctx)
    shelf = press.shelf(folder)
    written = list(press.write(shelf, organization, organization.languages))
    say(f"{len(written)} documents are written. Taking their pictures …")
    seen = _look(organization, folder, written, full=full, say=say)
    page = _index(organization, folder, written, seen)
    return Built(press.write_index(shelf, organization, page), page.pictures, page.problems)


def views_of(organization: Organization, language: str, *, full: bool) -> Sequence[View]:
    """How documents in that language are looked at."""
    return EVERYWHERE if full or language == organization.default_language else ONCE


def job_of(organization: Organization, one: Written, *, full: bool = False, pictures: Path | None = None) -> Job:
    """A document as something to look at."""
    views = views_of(organization, one.language, full=full)
    return Job(one.file, views, is_mail=one.document.kind == "mail", pictures=pictures)


def _clear(folder: Path) -> None:
    if folder.exists():
        if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).is_file()):
            raise CannotRun(f"{folder} holds something that is no gallery; name another folder with --out")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


def _look(
    organization: Organization, folder: Path, written: Iterable[Written], *, full: bool, say: Say
) -> Mapping[Path, tuple[Seen, ...]]:
    jobs = [
        job_of(
            organization,
            one,
            full=full,
            pictures=_place(folder / PICTURES / one.language) / one.document.name,
        )
        for one in written
        if one.document.kind != "text"
    ]
    seen: dict[Path, tuple[Seen, ...]] = {}

    def report(job: Job, found: tuple[Seen, ...]) -> None:
        seen[job.document] = found
        wrong = sum(len(one.problems) for one in found)
        say(f"[{len(seen)}/{len(jobs)}] {job.document.stem}{f': {wrong} problem(s)' if wrong else ''}")

    look_at(jobs, report=report)
    return seen


def _place(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _index(
    organization: Organization,
    folder: Path,
    written: Iterable[Written],
    seen: Mapping[Path, tuple[Seen, ...]],
) -> GalleryIndex:
    by_language: dict[str, dict[str, list[GalleryEntry]]] = defaultdict(lambda: defaultdict(list))
    for one in written:
        entry = GalleryEntry(
            label=one.document.label,
            kind=one.document.kind,
            title=one.document.title,
            href=one.file.relative_to(folder).as_posix(),
            text=one.document.text,
            pictures=tuple(_pictures(folder, seen.get(one.file, ()))),
        )
        by_language[one.language][one.document.subject].append(entry)
    return GalleryIndex(
        languages={
            language: tuple(GalleryGroup(subject=name, entries=tuple(entries)) for name, entries in groups.items())
            for language, groups in by_language.items()
        },
        names={language: language_name(language) for language in by_language},
        colours=tuple(colour_problems(organization)),
    )


def _pictures(folder: Path, seen: Iterable[Seen]) -> Iterator[PictureView]:
    for one in seen:
        if one.picture is not None:
            yield PictureView(
                width=one.view.width,
                scheme=one.view.scheme,
                href=one.picture.relative_to(folder).as_posix(),
                contrast=one.contrast,
                problems=one.problems,
            )

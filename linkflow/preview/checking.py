"""What `linkflow check` says of pages and mails: all of them rendered, and looked at where there is a browser.

It looks as `linkflow preview` does, and takes no pictures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from linkflow.preview.building import job_of
from linkflow.preview.chromium import NoBrowser
from linkflow.preview.contrast import colour_problems
from linkflow.preview.looking import Job, Seen, look_at
from linkflow.preview.rendering import Press, Written
from linkflow.services.context import Context


@dataclass(frozen=True)
class Checked:
    """How many documents there are, everything that is wrong, and why nothing was looked at, if so."""

    documents: int
    problems: tuple[str, ...]
    not_looked: str | None = None


def check(ctx: Context, *, look: bool = True) -> Checked:
    """Every document of every organization in each of its languages; with `look`, in a browser too."""
    with TemporaryDirectory(prefix="linkflow-check-") as folder:
        press, problems, jobs, count = Press(ctx), list[str](), list[Job](), 0
        for slug, organization in ctx.organizations().items():
            problems += [f"{slug}: {one}" for one in colour_problems(organization)]
            for one in press.write(press.shelf(Path(folder) / slug), organization, organization.languages):
                count += 1
                problems += [f"{slug}, {one.language}, {one.document.name}: {wrong}" for wrong in _faults(one)]
                jobs += [job_of(organization, one)] if one.document.kind != "text" else []
        if not look:
            return Checked(count, tuple(problems), "left out")
        try:
            problems += _looked(Path(folder), jobs)
        except NoBrowser as error:
            return Checked(count, tuple(problems), str(error))
        return Checked(count, tuple(problems))


def _looked(folder: Path, jobs: list[Job]) -> list[str]:
    found: list[str] = []

    def report(job: Job, seen: tuple[Seen, ...]) -> None:
        place = ", ".join(job.document.relative_to(folder).with_suffix("").parts)
        found.extend(f"{place}, {one.view}: {wrong}" for one in seen for wrong in one.problems)

    look_at(jobs, report=report)
    return sorted(found)


def _faults(one: Written) -> Iterator[str]:
    """What needs no browser to be seen."""
    document = one.document
    if not document.title.strip():
        yield "it has no title" if document.kind == "page" else "it has no subject"
    if document.kind == "mail" and not document.text.strip():
        yield "its plain text is empty"
    if document.kind != "text" and document.body.count("<h1") != 1:
        yield f"it has {document.body.count('<h1')} main headings instead of one"

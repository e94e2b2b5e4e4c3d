"""The commands that look at pages and mails: `linkflow preview`, and what `linkflow check` says of them."""

import argparse
import os
from pathlib import Path
from typing import Any

from linkflow.problems import CannotRun, nearest


def add_check(parser: argparse.ArgumentParser) -> None:
    """What `linkflow check` can be told."""
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of an organization's file instead")
    parser.add_argument("--without-browser", action="store_true", help="leave out axe, even where there is a browser")


def add_preview(parser: argparse.ArgumentParser) -> None:
    """What `linkflow preview` can be told."""
    parser.add_argument("organization", help="the name of its file, without .toml")
    parser.add_argument("--out", metavar="FOLDER", help="where it goes; gallery-ORGANIZATION when not given")
    parser.add_argument("--full", action="store_true", help="every width and scheme in further languages, too")


def preview(wanted: argparse.Namespace) -> int:
    """Write the gallery; 1 when something in it is wrong."""
    from linkflow.preview.building import build
    from linkflow.wiring import context_from

    ctx, slug = context_from(os.environ), wanted.organization
    if slug not in ctx.organizations():
        raise CannotRun(f"no organization is called {slug!r}{nearest(slug, ctx.organizations())}")
    folder = Path(wanted.out or f"gallery-{slug}").resolve()
    built = build(ctx, ctx.organizations()[slug], folder, full=wanted.full, say=lambda line: print(line, flush=True))
    print(f"{built.pictures} pictures, {built.problems or 'no'} problem(s). Open {built.index}")
    return 1 if built.problems else 0


def check_pages(ctx: Any, *, look: bool) -> None:
    """Render all pages and mails, look at them in a browser where there is one; CannotRun with all that is wrong."""
    from linkflow.preview.checking import check

    print(
        f"Rendering all pages and mails{', and having axe look at them: minutes for many' if look else ''} …",
        flush=True,
    )
    checked = check(ctx, look=look)
    print(f"Pages and mails, of every organization in each of its languages: {checked.documents}.")
    if checked.not_looked:
        print(f"axe was not run: {checked.not_looked}.")
    if checked.problems:
        listed = "\n".join(checked.problems)
        raise CannotRun(f"pages and mails have {len(checked.problems)} problem(s):\n{listed}")

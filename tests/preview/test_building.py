"""`linkflow preview`: a folder to be opened, and a status that says whether anything in it is wrong."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from linkflow.cli import main
from linkflow.preview import building, chromium
from linkflow.preview.building import ONCE, build, views_of
from linkflow.preview.looking import Job, Seen
from linkflow.problems import CannotRun
from linkflow.services.context import Context
from tests.preview.conftest import Apart


def built(apart: Apart, ctx: Context, folder: Path, *, full: bool = False, **over: object) -> building.Built:
    organization = replace(ctx.organizations()["harbour"], **over)  # type: ignore[arg-type]
    result: building.Built = apart(build, ctx, organization, folder, full=full, say=lambda _: None)
    return result


def test_every_page_is_there_in_four_pictures_each_with_what_was_found(
    few: None, apart: Apart, ctx: Context, tmp_path: Path
) -> None:
    result = built(apart, ctx, tmp_path / "gallery")
    html = result.index.read_text()
    pictures = re.findall(r'<img src="(pictures/[^"]+)"', html)
    assert result.problems == 0
    assert result.pictures == len(pictures) == 4 * 8
    assert all((tmp_path / "gallery" / path).is_file() for path in pictures)
    assert {"pictures/en-GB/code-refused-phone-dark.png", "pictures/en-GB/welcome-desktop-light.png"} <= set(pictures)
    assert html.count("Text contrast at least") == len(pictures)
    assert html.count("axe finds nothing") == len(pictures)
    assert "Gallery of Harbour &amp; Finch" in html
    assert not re.search(r'(?:src|href)="(?:/|https?:)', html)


def test_it_is_written_anew_over_an_older_one_and_over_nothing_else(
    few: None, apart: Apart, ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "look_at", lambda jobs, *, report: None)
    older = tmp_path / "gallery"
    built(apart, ctx, older)
    (older / "left-over.html").touch()
    built(apart, ctx, older)
    assert not (older / "left-over.html").exists()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").touch()
    for taken in (tmp_path / "site", tmp_path / "site" / "index.html"):
        with pytest.raises(CannotRun, match="no gallery"):
            built(apart, ctx, taken)
    assert (tmp_path / "site" / "index.html").exists()


def test_one_that_was_broken_off_is_begun_anew(
    few: None, apart: Apart, ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_off(jobs: list[Job], *, report: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "look_at", broken_off)
    with pytest.raises(KeyboardInterrupt):
        built(apart, ctx, tmp_path / "gallery")
    monkeypatch.setattr(building, "look_at", lambda jobs, *, report: None)
    assert built(apart, ctx, tmp_path / "gallery").index.is_file()


def test_further_languages_are_looked_at_once_unless_all_is_wanted(ctx: Context) -> None:
    harbour = replace(ctx.organizations()["harbour"], languages=("en-GB", "fr"))
    assert views_of(harbour, "fr", full=False) == ONCE
    assert len(views_of(harbour, "en-GB", full=False)) == len(views_of(harbour, "fr", full=True)) == 4


def test_what_is_wrong_is_shown_beside_its_picture_and_told_by_the_status(
    few: None, ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def look(jobs: list[Job], *, report: object) -> None:
        for job in jobs:
            wrong = ("label: Form elements must have labels (#q)",) if job.document.stem == "code" else ()
            assert job.pictures is not None
            seen = (Seen(view, job.pictures, 4.6, wrong) for view in job.views)
            report(job, tuple(seen))  # type: ignore[operator]

    monkeypatch.setattr(building, "look_at", look)
    assert main(["preview", "harbour", "--out", str(tmp_path / "gallery")]) == 1
    told = capsys.readouterr().out
    assert "code: 4 problem(s)" in told
    assert "4 problem(s). Open " in told
    html = (tmp_path / "gallery" / "index.html").read_text()
    assert "4 problems were found" in html
    assert html.count("label: Form elements must have labels (#q)") == 4


def test_an_organization_nobody_knows_is_told_with_the_nearest_name(
    ctx: Context, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preview", "harbor"]) == 1
    assert "did you mean 'harbour'?" in capsys.readouterr().err


def test_without_its_packages_nothing_is_begun(
    ctx: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chromium, "find_spec", lambda name: None)
    assert main(["preview", "harbour", "--out", str(tmp_path / "gallery")]) == 1
    assert "pip install 'linkflow[preview]'" in capsys.readouterr().err
    assert not (tmp_path / "gallery").exists()


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["northbank", "harbour"])
def test_the_whole_gallery_of_a_shipped_organization_has_nothing_wrong(
    apart: Apart, ctx: Context, tmp_path: Path, slug: str
) -> None:
    result = apart(build, ctx, ctx.organizations()[slug], tmp_path / slug, full=False, say=lambda _: None)
    assert result.problems == 0

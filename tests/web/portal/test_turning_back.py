"""However much happened, was written or sent, all of it can be reached from the page it is on."""

import re
from datetime import timedelta
from html import unescape

import pytest

from linkflow.store.events import SHOWN, Event, add_event
from linkflow.store.notes import Note, add_note
from tests.jobs.rig import Rows, add_rows
from tests.web.portal.desk import Browser, Desk, main_text
from tests.web.portal.furnished import send_file


def happen(desk: Desk, rows: Rows, times: int) -> None:
    """As many events, three at a time in the same instant."""
    with desk.ctx.database.transaction() as tx:
        for number in range(times):
            happened = Event(
                id=f"e{number:04}", organization="northbank", company_id=rows.company_id, request_id=rows.request_id,
                kind="extended", actor="linkflow", detail=f"no {number}",
                at=desk.ctx.now() + timedelta(seconds=number // 3),
            )  # fmt: skip
            add_event(tx, happened)


def way(page: str, part: str, word: str) -> str | None:
    found = re.search(rf'href="([^"]+#{part})"[^>]*>(?:<svg(?:(?!</svg>).)*</svg>)?{word}', page)
    return unescape(found[1]) if found else None


def walk(browser: Browser, path: str, part: str, pattern: str) -> list[str]:
    """What a part shows on its first page and on all the older ones."""
    seen: list[str] = []
    here: str | None = path
    while here:
        page = browser.page(here)
        seen += re.findall(pattern, main_text(page))
        here = way(page, part, "Older")
    assert way(page, part, "Latest")
    return seen


@pytest.mark.parametrize("kind", ["companies", "requests"])
def test_the_whole_history_can_be_read_from_the_youngest_to_the_oldest(desk: Desk, kind: str) -> None:
    rows = add_rows(desk.ctx)
    happen(desk, rows, 2 * SHOWN + 7)
    path = f"/portal/{kind}/{rows.company_id if kind == 'companies' else rows.request_id}"
    seen = walk(desk.browser("viewer"), path, "history", r"more time, until (no \d+)\.")
    assert seen == [f"no {number}" for number in reversed(range(2 * SHOWN + 7))]


def test_a_short_history_is_not_turned(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    happen(desk, rows, 3)
    page = desk.browser("viewer").page(f"/portal/companies/{rows.company_id}")
    assert (way(page, "history", "Older"), way(page, "history", "Latest")) == (None, None)


def test_every_note_and_every_file_can_be_reached_and_the_entity_shown_stays(desk: Desk) -> None:
    rows, user = add_rows(desk.ctx), desk.account()
    with desk.ctx.database.transaction() as tx:
        for number in range(101):
            note = Note(
                id=f"n{number:03}", organization="northbank", company_id=rows.company_id, user_id=user.id,
                text=f"Note {number}.", written_at=desk.ctx.now() + timedelta(seconds=number // 2),
            )  # fmt: skip
            add_note(tx, note)
    for number in range(201):
        send_file(desk, rows, filename=f"Books {number}.xlsx")
        desk.clock.go_on(seconds=number % 2)
    path = f"/portal/companies/{rows.company_id}?entity={rows.entity_id}"
    browser = desk.browser()
    assert walk(browser, path, "notes", r"Note (\d+)\.") == [str(number) for number in reversed(range(101))]
    files = walk(browser, path, "files", r"Books (\d+)\.xlsx \d+ kB")
    assert sorted(files, key=int) == [str(number) for number in range(201)]
    older = way(browser.page(path), "files", "Older")
    assert older
    assert f"entity={rows.entity_id}" in older
    assert "A file has arrived." in main_text(browser.page(older))


def test_a_mark_of_another_company_turns_nothing(desk: Desk) -> None:
    rows, other = add_rows(desk.ctx), desk.ask("Hairosmith")
    happen(desk, rows, 5)
    browser = desk.browser()
    for mark in ("e0003", "nonsense", "%27"):
        said = main_text(browser.page(f"/portal/companies/{other.company_id}?history={mark}&notes={mark}&files={mark}"))
        assert "The request was made, to go out by email." in said

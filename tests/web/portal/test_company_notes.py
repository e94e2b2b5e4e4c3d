"""Notes about a company: for users, by users, and never for the customer."""

import re

from linkflow.services import accounts
from tests.jobs.rig import add_rows
from tests.web.office import Office
from tests.web.portal.desk import PASSWORD, Desk, hidden_fields, main_text, token_of
from tests.web.states import done


def page_of(desk: Desk) -> str:
    return f"/portal/companies/{add_rows(desk.ctx).company_id}"


def test_a_note_is_kept_with_its_author_and_time(desk: Desk) -> None:
    path, browser = page_of(desk), desk.browser()
    answer = browser.send(f"{path}/notes", on=path, note_text="Called Anna.\nShe needs <b>a week</b>.", follow=True)
    said = main_text(answer.text)
    assert "The note is kept." in said
    assert "Called Anna. She needs <b>a week</b>. Manager of northbank, 23 Nov 2026, 12:00" in said
    assert "<b>a week</b>" not in answer.text
    assert "A note was written." in said
    assert "She needs" in main_text(desk.browser("viewer").page(path))


def test_a_note_is_known_to_need_words(desk: Desk) -> None:
    (area,) = re.findall(r"<textarea[^>]*>", desk.browser().page(page_of(desk)))
    assert " required" in area


def test_sent_twice_it_is_kept_once(desk: Desk) -> None:
    path, browser = page_of(desk), desk.browser()
    page = browser.page(path)
    typed = {"linkflow_csrf": token_of(page), "once": hidden_fields(page)["once"], "note_text": "Called Anna."}
    for _ in range(2):
        assert browser.post(f"{path}/notes", **typed).status_code == 303
    assert main_text(browser.page(path)).count("Called Anna.") == 1


def test_a_note_without_words_or_with_too_many_comes_back_as_it_was(desk: Desk) -> None:
    path, browser = page_of(desk), desk.browser()
    for typed, said in (("  ", "Write the note before you keep it."), ("x" * 2001, "2,000 characters; it has 2001")):
        answer = browser.send(f"{path}/notes", on=path, note_text=typed)
        assert answer.status_code == 422
        assert said in main_text(answer.text)
        assert 'href="#note_text"' in answer.text
        assert typed in answer.text
    assert browser.send(f"{path}/notes", on=path, note_text="x" * 2000).status_code == 303


def test_one_deletes_ones_own_and_nobody_elses(desk: Desk) -> None:
    path, browser = page_of(desk), desk.browser()
    browser.send(f"{path}/notes", on=path, note_text="Called Anna.")
    with desk.ctx.database.reading() as tx:
        note_id = tx.connection.exec_driver_sql("SELECT id FROM notes").scalar_one()
    accounts.add_account(
        desk.ctx, "second@northbank.example", PASSWORD, organization="northbank", name="Second", role="administrator"
    )
    colleague = desk.browser(None)
    colleague.send("/portal/sign-in", email="second@northbank.example", password=PASSWORD)
    assert "Delete this note" not in main_text(colleague.page(path))
    assert colleague.send(f"/portal/notes/{note_id}/delete", on=path).status_code == 404
    answer = browser.send(f"/portal/notes/{note_id}/delete", on=path, follow=True)
    assert "The note is deleted." in main_text(answer.text)
    assert "Called Anna." not in main_text(browser.page(path))
    assert browser.send(f"/portal/notes/{note_id}/delete", on=path).status_code == 404


def test_a_note_goes_with_its_company(desk: Desk) -> None:
    path, browser = page_of(desk), desk.browser()
    browser.send(f"{path}/notes", on=path, note_text="Called Anna.")
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("DELETE FROM companies")
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM notes").scalar_one() == 0


def test_no_page_of_the_customers_shows_a_note(office: Office) -> None:
    scene = done(office)
    manager = office.user().look(f"/portal/companies/{scene.asked.company_id}")
    manager.press(note_text="Rather slow to answer.")
    assert "Rather slow to answer." in manager.page.text
    for step in ("summary", "access", "access-code", "exit", "hand-over"):
        page = scene.customer.look(f"/r/{scene.asked.request_id}/{step}").page.text
        assert "Rather slow to answer." not in page
    assert office.count("messages", "text LIKE '%Rather slow%'") == 0

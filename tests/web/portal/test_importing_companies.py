"""Companies from a table: checked before anything is stored, added once as a whole, then asked all at once."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import text
from werkzeug.test import EnvironBuilder, TestResponse

from linkflow.domain.ports import Job
from linkflow.services import asking_all, deleting, importing, keeping, user_upkeep
from linkflow.services.job_steps import DONE, MORE
from linkflow.services.requesting import NewCompany
from linkflow.store import companies, imports, messages, requests, users
from linkflow.store.companies import Company
from linkflow.store.messages import Message
from tests.web.portal.desk import BASE, Browser, Desk, data_page, hidden_fields, main_text, make_desk, token_of

IMPORT = "/portal/companies/import"
HEAD = "Company name,Description,Contact name,Contact email,Assigned user emails\n"
COD = "The Codfather,Fish,Don Cod,don@codfather.example,\n"
HAIR = "Hairosmith,,Ada Hair,ada@hair.example,\n"
ASK = {"data_types": "both", "request_name": "Working capital review", "due_on": "2026-12-24", "note": "See you <b>."}


def upload(browser: Browser, table: str | bytes, name: str = "companies.csv") -> TestResponse:
    content = table.encode() if isinstance(table, str) else table
    fields = {"linkflow_csrf": token_of(browser.page(IMPORT)), "file": (BytesIO(content), name)}
    builder = EnvironBuilder(IMPORT, base_url=BASE, method="POST", data=fields, content_type="multipart/form-data")
    environ = builder.get_environ()
    try:
        return browser.client.open(environ)
    finally:
        # A large body waits in a file, which the test client leaves open.
        environ["wsgi.input"].close()
        builder.close()


def checked(browser: Browser, table: str | bytes) -> str:
    """The page of a table without problems."""
    answer = upload(browser, table)
    assert answer.status_code == 303, main_text(answer.text)
    return answer.location


def added(browser: Browser, table: str) -> str:
    """The page of a table whose companies were added."""
    path = checked(browser, table)
    assert browser.send(path).status_code == 303
    return path


def all_companies(desk: Desk) -> dict[str, Company]:
    with desk.ctx.database.reading() as tx:
        return {one.name: one for one in companies.companies_of(tx, "northbank", limit=2_000)}


def work(desk: Desk) -> int:
    """Do what the pages have started, as the worker would; answers how many steps it took."""
    steps = 0
    for job, row_id in desk.jobs:
        step = {Job.ADD_COMPANIES: importing.add_next, Job.ASK_COMPANIES: asking_all.ask_next}.get(job)
        while step is not None and step(desk.ctx, row_id) == MORE:
            steps += 1
    return steps


def mails(desk: Desk) -> list[Message]:
    found = []
    for company in all_companies(desk).values():
        with desk.ctx.database.reading() as tx:
            for request in requests.requests_of_company(tx, company.id):
                found += messages.messages_of_request(tx, request.id)
    return found


def many(count: int) -> str:
    return HEAD + "".join(f"Company {n},,Contact {n},contact-{n}@example.com,\n" for n in range(count))


def test_a_table_is_shown_before_anything_is_stored(desk: Desk) -> None:
    browser, other = desk.browser(), desk.account("viewer")
    before = desk.rows()
    page = browser.page(checked(browser, f"{HEAD}{COD}Hairosmith,,Ada Hair,ada@hair.example,{other.email}\n"))
    said = main_text(page)
    assert "Add 2 companies?" in said
    assert "2 The Codfather Fish Don Cod don@codfather.example Manager of northbank" in said
    assert "3 Hairosmith Ada Hair ada@hair.example Viewer of northbank" in said
    assert all_companies(desk) == {}
    kept = set(desk.rows().splitlines()) - set(before.splitlines())
    assert [line.split(" VALUES")[0] for line in kept] == ['INSERT INTO "company_imports"']
    assert "Codfather" not in desk.rows()


def test_confirming_adds_every_company_and_leads_to_requesting(desk: Desk) -> None:
    browser = desk.browser()
    path = checked(browser, HEAD + COD + HAIR)
    answer = browser.send(path)
    assert answer.location == f"{path}/request"
    found = all_companies(desk)
    assert set(found) == {"The Codfather", "Hairosmith"}
    assert found["The Codfather"].description == "Fish"
    with desk.ctx.database.reading() as tx:
        assert [one.id for one in users.users_of_company(tx, found["Hairosmith"].id)] == [desk.account().id]
        held = imports.import_by_id(tx, path.rsplit("/", 1)[1])
    assert held is not None
    assert held.content is None
    said = main_text(browser.page(answer.location))
    assert "2 companies were added." in said
    assert "Request information from 2 companies" in said
    assert mails(desk) == []


def test_whoever_does_not_ask_now_finds_the_way_back_where_tables_are_taken(desk: Desk) -> None:
    browser = desk.browser()
    assert "have not been asked yet" not in main_text(browser.page(IMPORT))
    path = f"{added(browser, HEAD + COD + HAIR)}/request"
    said = "2 companies you added from a table have not been asked yet. Request information from them"
    page = browser.page(IMPORT)
    assert said in main_text(page)
    assert f'href="{path}"' in page
    assert said not in main_text(desk.browser("administrator").page(IMPORT))
    browser.post(path, **hidden_fields(browser.send(path, do="preview", **ASK).text), do="send")
    assert said not in main_text(browser.page(IMPORT))


def test_pressing_add_twice_adds_once(desk: Desk) -> None:
    browser = desk.browser()
    path = checked(browser, HEAD + COD)
    fields = {"linkflow_csrf": token_of(browser.page(path))}
    first, second = (browser.post(path, **fields) for _ in range(2))
    assert first.location == second.location == f"{path}/request"
    assert list(all_companies(desk)) == ["The Codfather"]


def test_the_same_table_again_is_refused_row_by_row(desk: Desk) -> None:
    browser = desk.browser()
    added(browser, HEAD + COD)
    answer = upload(browser, HEAD + HAIR + "the  CODFATHER,,Someone,DON@codfather.example,\n")
    assert answer.status_code == 422
    said = main_text(answer.text)
    assert "Nothing was added. Rows to change: 1." in said
    assert "3 Company name There is a company with this name and contact already. It says “the CODFATHER”." in said


def test_every_problem_is_told_by_row_and_column_with_what_the_cell_says(desk: Desk) -> None:
    browser = desk.browser()
    desk.account("manager", "harbour")
    before = desk.rows()
    table = (
        HEAD
        + COD
        + ",,,,\n"
        + f"{'x' * 101},{'y' * 201},,not an address,nobody@example.com; manager@harbour.example\n"
        + COD
        + "=HYPERLINK(1),,Ann,ann@example.com,\n"
    )
    answer = upload(browser, table)
    assert answer.status_code == 422
    said = main_text(answer.text)
    for words in (
        "Nothing was added. Rows to change: 3.",
        f"4 Company name Shorten the company’s name to 100 characters. It says “{'x' * 59}…”.",
        f"4 Description Shorten the description to 200 characters; it has 201. It says “{'y' * 59}…”.",
        "4 Contact name Enter the contact’s name.",
        "4 Contact email Enter an email address such as name@example.com. It says “not an address”.",
        "4 Assigned user emails Nobody with the address nobody@example.com can sign in here.",
        "4 Assigned user emails Nobody with the address manager@harbour.example can sign in here.",
        "5 Company name This is the same company and contact as in row 2. It says “The Codfather”.",
        "6 Company name This is a formula. Put its value in its place.",
    ):
        assert words in said
    assert "3 Company name" not in said
    assert desk.rows() == before


def test_a_workbook_is_taken_like_a_csv_file(desk: Desk) -> None:
    made, content = Workbook(), BytesIO()
    for row in (["E-mail", "Company", "Contact’s name"], ["don@codfather.example", "The Codfather", "Don Cod"]):
        made.active.append(row)  # type: ignore[union-attr]
    made.save(content)
    browser = desk.browser()
    browser.send(checked(browser, content.getvalue()))
    assert all_companies(desk)["The Codfather"].contact_email == "don@codfather.example"


def test_what_is_not_used_and_what_was_guessed_is_said(desk: Desk) -> None:
    browser = desk.browser()
    table = "Company name;Contact name;Contact email;Fax <b>\nThé Codfather;Don;don@cod.example;1\n"
    said = main_text(browser.page(checked(browser, table.encode("cp1252"))))
    assert "Not used: “Fax <b>”." in said
    assert "Look whether names with accents are right." in said
    assert "Thé Codfather" in said


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"", "Choose a file."),
        (b"Company name,Contact name\nCod,Don\n", "The first row has no column “Contact email”."),
        (HEAD.encode(), "There is no company below the first row."),
        (b"\n\n", "The first row has no column “Company name”."),
        (b"Name,Company,Contact name,Contact email\n", "The first row has the column “Company name” twice."),
        (many(1_001).encode(), "There are more than 1,000 companies. Split the file."),
        (b"PK\x03\x04 no workbook", "The file cannot be read as a workbook."),
        (b"\xd0\xcf\x11\xe0 old", "This is an old .xls file, or one with a password."),
        (b'Company name\n"x', "Line 2 of the file cannot be read. Check its quotation marks."),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(desk: Desk, table: bytes, words: str) -> None:
    browser = desk.browser()
    before = desk.rows()
    answer = upload(browser, table)
    assert answer.status_code == 422
    assert words in main_text(answer.text)
    assert desk.rows() == before


@pytest.mark.parametrize(("size", "status"), [(2_500_000, 422), (12_000_000, 413)])
def test_a_file_that_is_too_large_is_refused(desk: Desk, size: int, status: int) -> None:
    answer = upload(desk.browser(), b"x" * size)
    assert answer.status_code == status
    assert "The file is larger than 2 MB." in main_text(answer.text)


def test_a_company_that_came_meanwhile_stops_the_whole_table(desk: Desk) -> None:
    browser = desk.browser()
    path = checked(browser, HEAD + COD + HAIR)
    typed = NewCompany(name="Hairosmith", contact_name="Ada", contact_email="ada@hair.example")
    keeping.add(desk.ctx, desk.account(), keeping.KeptCompany(company=typed, user_ids=()), draft="one")
    answer = browser.send(path)
    assert answer.status_code == 422
    assert "Some of these companies have been added meanwhile, so nothing was." in main_text(answer.text)
    assert list(all_companies(desk)) == ["Hairosmith"]


def test_a_long_table_is_added_by_a_job_in_bounded_transactions_and_completely(desk: Desk) -> None:
    browser = desk.browser()
    path = checked(browser, many(1_000))
    assert browser.send(path).location == path
    assert (Job.ADD_COMPANIES, path.rsplit("/", 1)[1]) in desk.jobs
    said = main_text(browser.page(path))
    assert "257 of 1,000 companies are added." in said
    assert work(desk) >= 1
    assert len(all_companies(desk)) == 1_000
    assert browser.look(path).location == f"{path}/request"


def test_a_job_that_is_run_again_adds_nothing_twice(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "_ROWS_AT_ONCE", 8)
    browser = desk.browser()
    path = checked(browser, many(7))
    browser.send(path)
    import_id = path.rsplit("/", 1)[1]
    real = imports.move

    def dies(*rest: object, **named: object) -> bool:
        raise KeyboardInterrupt

    while len(all_companies(desk)) < 6:
        assert importing.add_next(desk.ctx, import_id) == MORE
    with monkeypatch.context() as patch:
        patch.setattr(imports, "move", dies)
        with pytest.raises(KeyboardInterrupt):
            importing.add_next(desk.ctx, import_id)
    assert imports.move is real
    assert len(all_companies(desk)) == 6
    assert importing.add_next(desk.ctx, import_id) == DONE
    assert importing.add_next(desk.ctx, import_id) == DONE
    assert len(all_companies(desk)) == 7


def test_the_previewed_mail_is_the_first_companys_and_each_gets_one(desk: Desk) -> None:
    browser = desk.browser()
    path = f"{added(browser, HEAD + COD + HAIR)}/request"
    before = desk.rows()
    page = browser.send(path, do="preview", **ASK).text
    shown = main_text(page)
    assert "To don@codfather.example" in shown
    assert "Exactly this is sent to the first company." in shown
    frame = re.search(r'<iframe[^>]* src="([^"]+)"', page)
    assert frame is not None
    html = browser.page(frame[1].replace("&amp;", "&"))
    assert desk.rows() == before
    answer = browser.post(path, **hidden_fields(page), do="send")
    assert answer.location == path.removesuffix("/request")
    assert "0 of 2 companies have their request." in main_text(browser.page(answer.location))
    work(desk)
    first, second = sorted(mails(desk), key=lambda mail: mail.recipient, reverse=True)
    assert (first.recipient, second.recipient) == ("don@codfather.example", "ada@hair.example")
    inert = desk.ctx.address("/l/...")
    assert re.sub(r'(<a\b[^>]*?)\shref="[^"]*"', r"\1", first.html).replace("[[linkflow:link]]", inert) == html
    assert "Ada Hair" in second.text
    said = main_text(browser.page(answer.location))
    assert "The requests are sent" in said
    assert "2 of 2 companies have their request." in said


def test_what_the_organizations_page_is_told_is_kept_with_every_request(portal_url: str, tmp_path: Path) -> None:
    told = {"redirect_after": "https://bank.example/?c={campaign}", "redirect_hosts": ["bank.example"]}
    desk = make_desk(tmp_path, portal_url, feel={**told, "redirect_parameters": ["campaign"]})
    browser = desk.browser()
    path = f"{added(browser, HEAD + COD + HAIR)}/request"
    page = browser.send(path, do="preview", **ASK, parameter_campaign="Q4").text
    browser.post(path, **hidden_fields(page), do="send")
    work(desk)
    with desk.ctx.database.reading() as tx:
        made = [requests.requests_of_company(tx, one.id)[0] for one in all_companies(desk).values()]
    assert [one.redirect_parameters for one in made] == ['{"campaign": "Q4"}'] * 2
    desk.ctx.database.dispose()


def test_sending_twice_and_work_done_twice_sends_once(desk: Desk) -> None:
    browser = desk.browser()
    path = f"{added(browser, HEAD + COD + HAIR)}/request"
    fields = hidden_fields(browser.send(path, do="preview", **ASK).text)
    for _ in range(2):
        assert browser.post(path, **fields, do="send").status_code == 303
    import_id = path.split("/")[-2]
    assert [job for job, _ in desk.jobs].count(Job.ASK_COMPANIES) == 1
    with desk.ctx.database.reading() as tx:
        before = imports.import_by_id(tx, import_id)
    assert before is not None
    asking_all.ask_next(desk.ctx, import_id)
    with desk.ctx.database.transaction() as tx:
        # As it was before the last step was noted: the worker died in between.
        tx.connection.exec_driver_sql("UPDATE company_imports SET state = 'asking', asked = 0")
        tx.connection.execute(text("UPDATE company_imports SET ask = :ask"), {"ask": before.ask})
    asking_all.ask_next(desk.ctx, import_id)
    assert sorted(mail.recipient for mail in mails(desk)) == ["ada@hair.example", "don@codfather.example"]


def test_work_done_twice_sends_once_when_the_key_was_changed_in_between(desk: Desk) -> None:
    path = asked_all(desk, HEAD + COD + HAIR)
    import_id = path.rsplit("/", 1)[1]
    with desk.ctx.database.reading() as tx:
        before = imports.import_by_id(tx, import_id)
    assert before is not None
    asking_all.ask_next(desk.ctx, import_id)
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE company_imports SET state = 'asking', asked = 0")
        tx.connection.execute(text("UPDATE company_imports SET ask = :ask"), {"ask": before.ask})
    keys = (*desk.ctx.settings.secret_keys, "another-key-of-more-than-32-letters")
    settings = desk.ctx.settings.model_copy(update={"secret_keys": keys})
    asking_all.ask_next(replace(desk.ctx, settings=settings), import_id)
    assert len(mails(desk)) == 2


@pytest.mark.parametrize("why", ["disabled", "viewer"])
def test_nobody_is_asked_in_the_name_of_somebody_who_may_not_ask_any_more(desk: Desk, why: str) -> None:
    path = asked_all(desk, HEAD + COD + HAIR)
    shut_out(desk, why)
    work(desk)
    assert mails(desk) == []
    with desk.ctx.database.reading() as tx:
        held = imports.import_by_id(tx, path.rsplit("/", 1)[1])
    assert held is not None
    assert (held.state, held.asked, held.skipped, held.ask) == ("asked", 2, 2, None)


@pytest.mark.parametrize("why", ["disabled", "viewer"])
def test_nothing_is_added_in_the_name_of_somebody_who_may_not_add_any_more(
    desk: Desk, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "_ROWS_AT_ONCE", 8)
    path = added(desk.browser(), many(4))
    shut_out(desk, why)
    work(desk)
    assert len(all_companies(desk)) == 1
    with desk.ctx.database.reading() as tx:
        held = imports.import_by_id(tx, path.rsplit("/", 1)[1])
    assert held is not None
    assert (held.state, held.asked, held.skipped, held.content) == ("asked", 4, 4, None)


def asked_all(desk: Desk, table: str) -> str:
    """The page of a table whose companies are to be asked."""
    browser = desk.browser()
    path = added(browser, table)
    asking = f"{path}/request"
    fields = hidden_fields(browser.send(asking, do="preview", **ASK).text)
    assert browser.post(asking, **fields, do="send").status_code == 303
    return path


def shut_out(desk: Desk, why: str) -> None:
    """The manager of the import may do nothing more, or only look."""
    boss, user = desk.account("administrator"), desk.account()
    if why == "disabled":
        user_upkeep.disable(desk.ctx, boss, user)
    else:
        user_upkeep.change_role(desk.ctx, boss, user.id, "viewer")


def test_what_is_asked_is_judged_like_any_request(desk: Desk) -> None:
    browser = desk.browser()
    path = f"{added(browser, HEAD + COD)}/request"
    for field, value, words in (
        ("data_types", "", "Choose what to ask for."),
        ("request_name", " ", "Enter a name for the request"),
        ("due_on", "yesterday", "Enter a date such as 2027-01-31."),
        ("due_on", "2020-01-01", "Choose a date that has not passed."),
        ("note", "x" * 501, "Shorten the note to 500 characters."),
    ):
        for pressed in ("preview", "send"):
            answer = browser.send(path, do=pressed, **{**ASK, field: value})
            assert answer.status_code == 422
            assert words in main_text(answer.text)
    assert Job.ASK_COMPANIES not in [job for job, _ in desk.jobs]


def test_a_company_that_went_meanwhile_is_passed_over_and_counted(desk: Desk) -> None:
    browser = desk.browser()
    path = f"{added(browser, HEAD + COD + HAIR)}/request"
    gone = all_companies(desk)["The Codfather"]
    deleting.delete(desk.ctx, desk.account(), gone.id, typed_name="The Codfather")
    page = browser.send(path, do="preview", **ASK).text
    assert "To ada@hair.example" in main_text(page)
    browser.post(path, **hidden_fields(page), do="send")
    work(desk)
    said = main_text(browser.page(path.removesuffix("/request")))
    assert "1 of 2 companies have their request." in said
    assert "1 company was passed over" in said


def test_a_table_is_its_users_alone_and_lasts_a_day(desk: Desk) -> None:
    browser = desk.browser()
    path = checked(browser, HEAD + COD)
    for other in (desk.browser("administrator"), desk.browser("manager", "harbour")):
        for page in (path, f"{path}/request"):
            answer = other.look(page)
            assert (answer.status_code, data_page(answer.text)) == (404, "page-not-found")
        assert other.send(path, on=IMPORT).status_code == 404
    assert all_companies(desk) == {}
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE company_imports SET created_at = '2026-11-22 12:00:00'")
    assert browser.look(path).status_code == 404
    assert browser.send(path, on=IMPORT).status_code == 404
    desk.clock.go_on(seconds=1)
    assert importing.forget_old(desk.ctx) == 1
    assert 'company_imports" VALUES' not in desk.rows()


def test_a_table_that_is_worked_on_is_not_forgotten(desk: Desk) -> None:
    browser = desk.browser()
    path = f"{added(browser, HEAD + COD)}/request"
    browser.post(path, **hidden_fields(browser.send(path, do="preview", **ASK).text), do="send")
    desk.clock.go_on(days=2)
    assert importing.forget_old(desk.ctx) == 0
    work(desk)
    assert len(mails(desk)) == 1
    assert importing.forget_old(desk.ctx) == 1


def test_who_sees_only_their_own_companies_does_not_learn_of_others(portal_url: str, tmp_path: object) -> None:
    narrow = make_desk(tmp_path, portal_url, portal={"sight": "assigned"})  # type: ignore[arg-type]
    typed = NewCompany(name="The Codfather", contact_name="Don", contact_email="don@codfather.example")
    theirs = keeping.KeptCompany(company=typed, user_ids=(narrow.account("administrator").id,))
    keeping.add(narrow.ctx, narrow.account("administrator"), theirs, draft="one")
    assert upload(narrow.browser("manager"), HEAD + COD).status_code == 303
    assert upload(narrow.browser("administrator"), HEAD + COD).status_code == 422


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_can_be_filled_in_and_sent_back(desk: Desk, kind: str) -> None:
    browser = desk.browser()
    answer = browser.look(f"{IMPORT}/template.{kind}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="companies.{kind}"'
    assert f"{IMPORT}/template.{kind}" in browser.page(IMPORT)
    refused = upload(browser, answer.data)
    assert "There is no company below the first row." in main_text(refused.text)


@pytest.mark.parametrize("path", [IMPORT, f"{IMPORT}/template.csv", f"{IMPORT}/template.xlsx"])
def test_a_viewer_imports_nothing(desk: Desk, path: str) -> None:
    browser = desk.browser("viewer")
    answer = browser.look(path)
    assert (answer.status_code, data_page(answer.text)) == (403, "forbidden")


def test_a_form_without_its_token_adds_nothing(desk: Desk) -> None:
    browser = desk.browser()
    path = checked(browser, HEAD + COD)
    assert browser.post(path).status_code == 422
    answer = browser.client.post(IMPORT, base_url=BASE, data={"file": (BytesIO(b"x"), "x")})
    assert answer.status_code == 422
    assert "so nothing was taken. Please fill in what is missing" in main_text(answer.text)
    assert "still here" not in answer.text
    assert all_companies(desk) == {}

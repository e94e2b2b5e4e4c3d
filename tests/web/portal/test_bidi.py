"""Names written from right to left, or with signs that turn text round, leave what stands beside them as it is."""

from linkflow.services import correcting
from linkflow.store import companies, connections
from tests.jobs.rig import add_rows
from tests.web.portal.desk import Desk

TURNED = "Abra \u202eLtd\u2066 North\u2069"
ARABIC = "شركة الأفق"


def test_signs_that_turn_text_round_are_not_kept(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    named = add_rows(desk.ctx, of=rows, tenant_id="tenant-2")
    path = f"/portal/entities/{named.entity_id}/name"
    assert desk.browser().send(path, name=TURNED).status_code == 303
    with desk.ctx.database.reading() as tx:
        names = companies.entity_names(tx, "northbank", {named.entity_id})
    assert names == {named.entity_id: "Abra Ltd North"}
    refused = desk.browser().send(path, name=TURNED * 10)
    assert refused.status_code == 422
    assert not set("\u202e\u2066\u2069") & set(refused.text)


def test_a_name_stands_apart_from_the_rest_of_its_line(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    named = add_rows(desk.ctx, of=rows, tenant_id="tenant-2")
    correcting.rename(desk.ctx, desk.account(), named.entity_id, ARABIC)
    with desk.ctx.database.transaction() as tx:
        connections.update_connection(tx, named.connection_id, tenant_name=f"<b>{TURNED}", name_matches=False)
    page = desk.browser().page(f"/portal/companies/{rows.company_id}")
    assert f"“<bdi>&lt;b&gt;{TURNED}</bdi>” does not look like “<bdi>{ARABIC}</bdi>”" in page
    assert f"<bdi>An entity was renamed; it is now called {ARABIC}.</bdi>" in page
    listed = desk.browser().page("/portal/companies?of=all")
    assert f"– </span><bdi>{ARABIC}</bdi></th>" in listed


def test_a_note_begins_where_its_own_writing_does(desk: Desk) -> None:
    rows, browser = add_rows(desk.ctx), desk.browser()
    page = f"/portal/companies/{rows.company_id}"
    browser.send(f"{page}/notes", on=page, note_text=ARABIC)
    assert f'<p class="notes__text" dir="auto">{ARABIC}</p>' in browser.page(page)

"""The administrators' pages about users: the list, one user, and invitations."""

import re
from dataclasses import replace

import pytest

from linkflow.services import accounts
from linkflow.store import users
from linkflow.store.users import User
from tests.services.people import again, delivered_link, mails, with_codes
from tests.web.portal.desk import PASSWORD, Browser, Desk, data_page, main_text
from tests.web.portal.table import next_page, table_rows

NEW = {"full_name": "Nora New", "new_password": "another long password"}


def add(desk: Desk, name: str, *, role: str = "viewer", organization: str = "northbank") -> User:
    email = f"{name.lower().replace(' ', '.')}@{organization}.example"
    return accounts.add_account(desk.ctx, email, PASSWORD, organization=organization, name=name, role=role)


def names(page: str) -> list[str]:
    return [row[0].rsplit(" ", 1)[0].removesuffix(" (you)") for row in table_rows(page)]


def page_of(user: User) -> str:
    return f"/portal/users/{user.id}"


def act(desk: Desk, boss: Browser, user: User, action: str, **typed: str) -> str:
    answer = boss.send(f"{page_of(user)}/{action}", on=page_of(user), follow=True, **typed)
    return main_text(answer.text)


def sign_in(desk: Desk, email: str, password: str = PASSWORD) -> Browser:
    browser = Browser(desk.app.test_client())
    assert browser.send("/portal/sign-in", email=email, password=password).status_code == 303
    return browser


def test_the_list_says_who_may_what_how_they_sign_in_and_when_they_did(desk: Desk) -> None:
    boss = desk.browser("administrator")
    with_codes(desk.ctx, add(desk, "Carla Code", role="manager"))
    gone = add(desk, "Greg Gone")
    add(desk, "Harry Harbour", organization="harbour")
    act(desk, boss, gone, "disable")
    rows = {row[0]: row[1:] for row in table_rows(boss.page("/portal/users"))}
    assert rows == {
        "Administrator of northbank (you) administrator@northbank.example": [
            *("Administrator", "Password", "23 Nov 2026, 12:00 UTC", "Active"),
        ],
        "Carla Code carla.code@northbank.example": ["Manager", "Password and code", "Never", "Active"],
        "Greg Gone greg.gone@northbank.example": ["Viewer", "Password", "Never", "Disabled"],
    }


def test_whatever_number_of_users_there_is_lists_can_be_narrowed_to_each(desk: Desk) -> None:
    boss = desk.browser("administrator")
    last = add(desk, "Zora Last", role="manager")
    with desk.ctx.database.transaction() as tx:
        for number in range(501):
            one = replace(last, id=f"u{number}", email=f"{number}@northbank.example", name=f"Anna {number:03}")
            users.add_user(tx, one)
    for path in (f"/portal/companies?of={last.id}", f"/portal/audit-log?who=user:{last.id}"):
        assert f'href="{path}"' in boss.page(page_of(last))
        page = boss.page(path)
        chosen = re.search(r'<option value="[^"]+" selected>Zora Last</option>', page)
        assert chosen, path
        assert page.count("<option") > 500
    assert "Zora Last" not in boss.page("/portal/audit-log?who=link")


def test_one_page_of_users_has_no_landmark_for_pages(desk: Desk) -> None:
    page = desk.browser("administrator").page("/portal/users")
    assert "Invitations not accepted yet" in main_text(page)
    assert 'aria-label="Pages"' not in page


def test_the_list_is_found_by_those_who_may_see_it(desk: Desk) -> None:
    assert 'href="/portal/users"' in desk.browser("administrator").page("/portal/requests")
    for role in ("viewer", "manager"):
        assert 'href="/portal/users"' not in desk.browser(role).page("/portal/requests")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Administrator of northbank", "Anna Abra", "Bert Boon"]),
        ("?q=ANNA", ["Anna Abra"]),
        ("?q=boon+northbank", ["Bert Boon"]),
        ("?q=%25", []),
        ("?q=harry", []),
        ("?role=manager", ["Bert Boon"]),
        ("?role=owner", ["Administrator of northbank", "Anna Abra", "Bert Boon"]),
        ("?state=disabled", ["Anna Abra"]),
        ("?state=active", ["Administrator of northbank", "Bert Boon"]),
        ("?state=active&q=anna", []),
    ],
)
def test_the_list_is_searched_and_filtered(desk: Desk, query: str, found: list[str]) -> None:
    boss = desk.browser("administrator")
    gone = add(desk, "Anna Abra")
    add(desk, "Bert Boon", role="manager")
    add(desk, "Harry Harbour", organization="harbour")
    act(desk, boss, gone, "disable")
    page = boss.page(f"/portal/users{query}")
    assert names(page) == found
    assert ("No user matches" in page) == (found == [])


def test_the_list_goes_page_by_page_and_back(desk: Desk) -> None:
    boss = desk.browser("administrator")
    rows = [
        {"id": f"u{n:03}", "organization": "northbank", "email": f"u{n}@x.example", "name": f"user {n:03}"}
        for n in range(120)
    ]
    with desk.ctx.database.transaction() as tx:
        given = {"role": "viewer", "created_at": desk.ctx.now()}
        tx.connection.execute(users.users.insert(), [{**row, **given} for row in rows])
    seen, page = list[str](), boss.page("/portal/users?role=viewer")
    while True:
        seen += names(page)
        onward = next_page(page, "Next")
        if not onward:
            break
        assert "role=viewer" in onward
        page = boss.page(onward)
    assert seen == [row["name"] for row in rows]
    assert names(page) == seen[100:]
    page = boss.page(next_page(page, "Previous"))
    assert names(page) == seen[50:100]
    assert names(boss.page(next_page(page, "Previous"))) == seen[:50]


def test_the_list_asks_the_same_of_the_database_however_many_there_are(desk: Desk) -> None:
    boss, counts = desk.browser("administrator"), []
    for round_ in range(2):
        with desk.ctx.database.counted() as statements:
            boss.page("/portal/users")
        counts.append(len(statements))
        for n in range(20):
            add(desk, f"Round {round_} {n}")
    assert counts[0] == counts[1]


def test_a_role_is_changed_and_counts_at_once(desk: Desk) -> None:
    boss, user = desk.browser("administrator"), desk.account("viewer")
    theirs = desk.browser("viewer")
    said = act(desk, boss, user, "role", role="manager")
    assert "has another role, and was signed out" in said
    assert "Role Manager" in said
    assert theirs.look("/portal/requests").location == "/portal/sign-in"
    assert sign_in(desk, user.email).look("/portal/requests/new").status_code == 200


def test_the_role_somebody_has_already_changes_nothing_and_says_so(desk: Desk) -> None:
    boss, user, theirs = desk.browser("administrator"), desk.account("viewer"), desk.browser("viewer")
    before = desk.rows()
    said = act(desk, boss, user, "role", role="viewer")
    assert "Viewer of northbank has that role already. Nothing was changed." in said
    assert "signed out" not in said
    assert desk.rows() == before
    assert theirs.look("/portal/requests").status_code == 200


def test_a_role_nobody_knows_comes_back_with_a_sentence(desk: Desk) -> None:
    boss, user = desk.browser("administrator"), desk.account("viewer")
    answer = boss.send(f"{page_of(user)}/role", on=page_of(user), role="owner")
    assert answer.status_code == 422
    assert "Choose a role" in main_text(answer.text)


def test_a_disabled_user_is_out_at_once_and_in_again_when_enabled(desk: Desk) -> None:
    boss, user, theirs = desk.browser("administrator"), desk.account("manager"), desk.browser("manager")
    assert "since 23 Nov 2026" in act(desk, boss, user, "disable")
    assert theirs.look("/portal/requests").location == "/portal/sign-in"
    refused = Browser(desk.app.test_client()).send("/portal/sign-in", email=user.email, password=PASSWORD)
    assert "not right" in main_text(refused.text)
    assert "State Active" in act(desk, boss, user, "enable")
    assert sign_in(desk, user.email)


def test_sessions_are_ended_and_a_lost_device_is_forgotten(desk: Desk) -> None:
    boss, user, theirs = desk.browser("administrator"), desk.account("manager"), desk.browser("manager")
    assert "signed out everywhere" in act(desk, boss, user, "sessions")
    assert theirs.look("/portal/requests").location == "/portal/sign-in"
    with_codes(desk.ctx, again(desk.ctx, user))
    assert "Stop asking for codes" in main_text(boss.page(page_of(user)))
    said = act(desk, boss, user, "second-factor")
    assert "signs in with the password alone" in said
    assert "Stop asking for codes" not in said
    assert sign_in(desk, user.email).look("/portal/requests").status_code == 200


def test_ones_own_page_offers_nothing_and_takes_nothing(desk: Desk) -> None:
    boss, me = desk.browser("administrator"), desk.account("administrator")
    add(desk, "Second Boss", role="administrator")
    page = boss.page(page_of(me))
    assert "This is you" in main_text(page)
    assert len(re.findall(r"<form", page)) == 1, "signing out alone"
    for action in ("role", "disable", "sessions", "second-factor"):
        answer = boss.send(f"{page_of(me)}/{action}", on="/portal/users/new", follow=True, role="viewer")
        assert "You cannot do this to yourself" in main_text(answer.text)
    assert again(desk.ctx, me).role == "administrator"
    assert boss.look("/portal/users").status_code == 200


def test_a_stale_form_changes_nothing_and_says_so(desk: Desk) -> None:
    boss, user = desk.browser("administrator"), desk.account("viewer")
    before = desk.rows()
    for action in ("role", "disable", "enable", "sessions", "second-factor"):
        answer = boss.post(f"{page_of(user)}/{action}", follow=True, role="manager")
        assert "open for too long" in main_text(answer.text)
    assert desk.rows() == before


def test_an_invited_person_becomes_a_user(desk: Desk) -> None:
    boss = desk.browser("administrator")
    answer = boss.send("/portal/users/new", email="nora@northbank.example", role="viewer", follow=True)
    assert data_page(answer.text) == "invitations"
    assert "on its way to nora@northbank.example" in main_text(answer.text)
    (row,) = table_rows(answer.text)
    assert row[:3] == ["nora@northbank.example", "Viewer", "Administrator of northbank 23 Nov 2026"]
    assert row[3] == "Waiting until 30 Nov 2026, 12:00 UTC"
    link = delivered_link(desk.ctx, mails(desk.ctx, "invitation")[0])
    path = link.removeprefix("http://127.0.0.1:8000")
    nora = desk.browser(None)
    page = nora.page(path)
    assert data_page(page) == "accept-invitation"
    assert "portal of Northbank. Your role: Viewer" in main_text(page)
    assert 'value="nora@northbank.example"' in page
    done = nora.send(path, follow=True, **NEW)
    assert "Your account is ready" in main_text(done.text)
    assert sign_in(desk, "nora@northbank.example", NEW["new_password"]).look("/portal/requests").status_code == 200
    assert table_rows(boss.page("/portal/users/invitations")) == []
    assert "Nora New" in names(boss.page("/portal/users"))
    over = nora.look(path)
    assert over.status_code == 410
    assert data_page(over.text) == "link-over"


def test_what_an_invited_person_types_wrongly_comes_back_but_the_password(desk: Desk) -> None:
    desk.browser("administrator").send("/portal/users/new", email="nora@northbank.example", role="viewer")
    path = delivered_link(desk.ctx, mails(desk.ctx, "invitation")[0]).removeprefix("http://127.0.0.1:8000")
    answer = desk.browser(None).send(path, full_name="Nora New", new_password="too short")
    assert answer.status_code == 422
    assert "Use at least 12 characters" in main_text(answer.text)
    assert 'value="Nora New"' in answer.text
    assert "too short" not in answer.text


def test_a_scanner_that_presses_everything_accepts_nothing(desk: Desk) -> None:
    desk.browser("administrator").send("/portal/users/new", email="nora@northbank.example", role="viewer")
    path = delivered_link(desk.ctx, mails(desk.ctx, "invitation")[0]).removeprefix("http://127.0.0.1:8000")
    scanner, before = desk.browser(None), desk.rows()
    for _ in range(3):
        scanner.look(path)
        scanner.send(path)
    assert desk.rows() == before


@pytest.mark.parametrize(
    ("email", "sentence"),
    [
        ("manager@northbank.example", "Somebody with this address is a user already"),
        ("twice@northbank.example", "This address was invited already"),
        ("nobody", "Enter an email address such as"),
    ],
)
def test_whom_one_cannot_invite_is_said_clearly(desk: Desk, email: str, sentence: str) -> None:
    desk.account("manager")
    boss = desk.browser("administrator")
    boss.send("/portal/users/new", email="twice@northbank.example", role="viewer")
    answer = boss.send("/portal/users/new", email=email, role="administrator")
    assert answer.status_code == 422
    assert sentence in main_text(answer.text)
    assert f'value="{email}"' in answer.text
    assert re.search(r'value="administrator"[^>]* checked', answer.text)


def test_another_organizations_user_is_not_given_away_by_an_invitation(desk: Desk) -> None:
    theirs = desk.account("manager", "harbour")
    boss = desk.browser("administrator")
    assert boss.send("/portal/users/new", email=theirs.email, role="viewer").status_code == 303
    path = delivered_link(desk.ctx, mails(desk.ctx, "invitation")[0]).removeprefix("http://127.0.0.1:8000")
    answer = desk.browser(None).send(path, **NEW)
    assert answer.status_code == 422
    assert "Your address has an account here already" in main_text(answer.text)
    assert again(desk.ctx, theirs) == theirs


def test_an_invitation_is_sent_again_and_withdrawn(desk: Desk) -> None:
    boss = desk.browser("administrator")
    boss.send("/portal/users/new", email="nora@northbank.example", role="viewer")
    place = "/portal/users/invitations"
    desk.clock.go_on(days=8)
    boss = desk.browser("administrator")
    assert table_rows(boss.page(place))[0][3].startswith("Expired")
    path = re.search(rf'action="({place}/[^"]+)/resend"', boss.page(place))[1]  # type: ignore[index]
    said = main_text(boss.send(f"{path}/resend", on=place, follow=True).text)
    assert "on its way again to nora@northbank.example" in said
    assert "Waiting" in said
    said = main_text(boss.send(f"{path}/withdraw", on=place, follow=True).text)
    assert "withdrawn. Its link no longer works" in said
    assert "No invitation is waiting" in said
    assert boss.send(f"{path}/withdraw", on="/portal/users/new").status_code == 404


def test_the_invitations_go_page_by_page(desk: Desk) -> None:
    boss = desk.browser("administrator")
    for n in range(60):
        boss.send("/portal/users/new", email=f"n{n:02}@northbank.example", role="viewer")
        desk.clock.go_on(seconds=1)
    first = boss.page("/portal/users/invitations")
    rest = boss.page(next_page(first, "Older"))
    found = [row[0] for row in table_rows(first) + table_rows(rest)]
    assert found == [f"n{n:02}@northbank.example" for n in reversed(range(60))]
    assert len(table_rows(first)) == 50
    assert not next_page(rest, "Older")

"""The JSON API: scopes, roles, pages, and what each fault does to it."""

import json
from typing import Any

import pytest

from linkflow.sandbox.books import books_for
from linkflow.sandbox.spoil import ConnectionDropped
from tests.sandbox.driver import TODAY, Driver

AT = "/api/companies/abra-kebabra"
OWNER = "owner@example.com"
LISTS = ("suppliers", "bills", "credit-notes", "payments", "expenses")
STATEMENTS = ("statements/profit-and-loss", "statements/balance-sheet")


def everything(driver: Driver, token: str, path: str) -> list[dict[str, Any]]:
    """Every row of a list, following `next`."""
    rows, address = [], f"{AT}/{path}"
    while address:
        answer = driver.get(address.removeprefix("http://localhost:8081"), token).get_json()
        rows += answer["data"]
        address = answer["next"]
    return rows


@pytest.fixture
def token(driver: Driver) -> str:
    return str(driver.connect("abra-kebabra", email=OWNER)["access_token"])


def test_only_the_chosen_companies_are_listed(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", "hairosmith", email="group@example.com")["access_token"]
    found = driver.get("/api/companies", token).get_json()["data"]
    assert [company["id"] for company in found] == ["abra-kebabra", "hairosmith"]
    assert found[0]["legal_name"] == "ABRA KEBABRA LIMITED"
    assert driver.get("/api/companies/the-codfather/bills", token).status_code == 404


def test_somebody_without_a_company_shares_an_empty_list(driver: Driver) -> None:
    token = driver.connect(email="nobody@example.com")["access_token"]
    assert driver.get("/api/companies", token).get_json() == {"data": []}


def test_a_viewer_may_approve_but_nothing_can_be_read(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email="viewer@example.com")["access_token"]
    for path in ("/api/companies", AT, f"{AT}/bills"):
        answer = driver.get(path, token)
        assert (answer.status_code, answer.get_json()["error"]) == (403, "insufficient_role")


@pytest.mark.parametrize("path", LISTS)
def test_a_list_comes_in_pages_and_is_the_books(driver: Driver, token: str, path: str) -> None:
    rows = everything(driver, token, path)
    books = books_for("abra-kebabra", today=TODAY)
    assert [row["id"] for row in rows] == [row.id for row in getattr(books, path.replace("-", "_"))]
    assert "true_method" not in rows[0]


@pytest.mark.parametrize(
    ("path", "day"), [("bills", "issued"), ("credit-notes", "issued"), ("payments", "paid"), ("expenses", "spent")]
)
def test_a_list_from_a_month_on_leaves_out_what_is_older_on_every_page(
    driver: Driver, token: str, path: str, day: str
) -> None:
    whole, asked = everything(driver, token, path), everything(driver, token, f"{path}?from=2025-01")
    assert asked == [row for row in whole if row[day] >= "2025-01-01"] != whole
    assert driver.get(f"{AT}/{path}?from=2025", token).status_code == 400


def test_a_bill_carries_money_as_text_dates_as_days_and_its_lines(driver: Driver, token: str) -> None:
    row = driver.get(f"{AT}/bills?page=2", token).get_json()["data"][0]
    bill = books_for("abra-kebabra", today=TODAY).bills[100]
    assert row["total"] == str(bill.total)
    assert row["issued"] == bill.issued.isoformat()
    assert row["lines"][0]["net"] == str(bill.lines[0].net)


@pytest.mark.parametrize("path", STATEMENTS)
def test_statements_come_by_month_and_at_most_twelve(driver: Driver, token: str, path: str) -> None:
    answer = driver.get(f"{AT}/{path}?from=2025-11&to=2026-10", token).get_json()
    assert len(answer["months"]) == 12
    assert answer["currency"] == "GBP"
    assert answer["months"][0]["period_end"] == "2025-11-30"
    assert driver.get(f"{AT}/{path}?from=2025-10&to=2026-10", token).status_code == 400
    assert driver.get(f"{AT}/{path}?from=2026-10&to=2025-10", token).status_code == 400
    assert driver.get(f"{AT}/{path}?from=x&to=2025-13", token).status_code == 400


def test_a_page_that_is_not_there_is_an_error(driver: Driver, token: str) -> None:
    assert driver.get(f"{AT}/bills?page=99", token).status_code == 400


@pytest.mark.parametrize(
    ("scope", "open_", "closed"),
    [
        ("company.read", ("",), ("/accounts", "/bills", "/statements/balance-sheet?from=2026-01&to=2026-01")),
        ("financials.read", ("", "/accounts", "/statements/balance-sheet?from=2026-01&to=2026-01"), ("/bills",)),
        ("spend.read", ("", "/accounts", "/bills"), ("/statements/profit-and-loss?from=2026-01&to=2026-01",)),
        ("offline_access", (), ("", "/accounts", "/bills")),
    ],
)
def test_each_scope_opens_its_own_endpoints(
    driver: Driver, scope: str, open_: tuple[str, ...], closed: tuple[str, ...]
) -> None:
    token = driver.connect("abra-kebabra", email=OWNER, scope=scope)["access_token"]
    assert [driver.get(AT + path, token).status_code for path in open_] == [200] * len(open_)
    for path in closed:
        answer = driver.get(AT + path, token)
        assert answer.status_code == 403
        assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic eDp5"])
def test_without_a_good_token_there_is_nothing(driver: Driver, header: str) -> None:
    answer = driver.machine.get("/api/companies", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_in_the_address_is_not_taken(driver: Driver, token: str) -> None:
    assert driver.machine.get(f"/api/companies?access_token={token}").status_code == 401


def test_declining_on_purpose(driver: Driver) -> None:
    driver.fault("abra-kebabra", "decline")
    assert driver.decide("abra-kebabra", email=OWNER)["error"] == "access_denied"


def test_too_many_requests_says_when_to_come_back_and_counts_down(driver: Driver, token: str) -> None:
    driver.fault("abra-kebabra", "too-many-requests", times=1, seconds=2)
    answer = driver.get(f"{AT}/bills", token)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "2")
    assert driver.get(f"{AT}/bills", token).status_code == 200


def test_a_server_error_lasts_until_it_is_switched_off(driver: Driver, token: str) -> None:
    driver.fault("abra-kebabra", "server-error", endpoint="bills")
    assert [driver.get(f"{AT}/bills", token).status_code for _ in range(3)] == [500] * 3
    assert driver.get(f"{AT}/suppliers", token).status_code == 200
    driver.fault("abra-kebabra", "server-error", on=False)
    assert driver.get(f"{AT}/bills", token).status_code == 200


def test_the_list_of_companies_and_the_token_endpoint_fail_only_when_named(driver: Driver, token: str) -> None:
    driver.fault("abra-kebabra", "server-error")
    assert driver.get("/api/companies", token).status_code == 200
    driver.fault("abra-kebabra", "server-error", endpoint="companies")
    assert driver.get("/api/companies", token).status_code == 500
    driver.fault("abra-kebabra", "server-error", endpoint="token")
    code = driver.decide("abra-kebabra", email=OWNER)["code"]
    assert driver.exchange(code).status_code == 500


def test_malformed_json_cannot_be_read(driver: Driver, token: str) -> None:
    driver.fault("abra-kebabra", "malformed")
    answer = driver.get(f"{AT}/bills", token)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)


def test_a_slow_answer_takes_its_time(driver: Driver, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("linkflow.sandbox.spoil.time.sleep", slept.append)
    driver.fault("abra-kebabra", "slow", seconds=7)
    assert driver.get(f"{AT}/bills", token).status_code == 200
    assert slept == [7.0]


def test_an_expired_token_is_healed_by_a_refresh(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)
    driver.clock.pass_(1)
    driver.fault("abra-kebabra", "expired-token")
    assert driver.get("/api/companies", token["access_token"]).status_code == 401
    driver.clock.pass_(1)
    fresh = driver.refresh(token["refresh_token"]).get_json()
    assert driver.get("/api/companies", fresh["access_token"]).status_code == 200


def test_a_revoked_grant_is_not(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)
    driver.fault("abra-kebabra", "revoked-grant")
    assert driver.get("/api/companies", token["access_token"]).status_code == 401
    assert driver.refresh(token["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_page_seven_fails_once(driver: Driver, token: str) -> None:
    driver.fault("abra-kebabra", "page-seven-fails-once")
    assert driver.get(f"{AT}/bills?page=6", token).status_code == 200
    assert [driver.get(f"{AT}/bills?page=7", token).status_code for _ in range(2)] == [500, 200]


def test_a_lost_refresh_answer_rotates_and_drops_the_connection(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", email=OWNER)
    driver.fault("abra-kebabra", "lost-refresh-answer")
    with pytest.raises(ConnectionDropped):
        driver.refresh(token["refresh_token"]).get_data()
    assert driver.refresh(token["refresh_token"]).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", ["server-error", "too-many-requests"])
def test_a_refused_token_request_uses_nothing_up(driver: Driver, kind: str) -> None:
    driver.fault("abra-kebabra", kind, times=2, endpoint="token")
    code = driver.decide("abra-kebabra", email=OWNER)["code"]
    assert driver.exchange(code).status_code in {429, 500}
    assert driver.exchange(code).status_code in {429, 500}
    token = driver.exchange(code).get_json()
    driver.fault("abra-kebabra", kind, times=1, endpoint="token")
    assert driver.refresh(token["refresh_token"]).status_code in {429, 500}
    assert driver.refresh(token["refresh_token"]).status_code == 200


def test_faults_of_one_company_leave_another_alone(driver: Driver) -> None:
    token = driver.connect("abra-kebabra", "the-codfather", email="group@example.com")["access_token"]
    driver.fault("the-codfather", "server-error")
    assert driver.get(f"{AT}/bills", token).status_code == 200
    assert driver.get("/api/companies/the-codfather/bills", token).status_code == 500


def test_a_fault_is_switched_from_the_page_by_its_form(driver: Driver) -> None:
    page = driver.browser.get("/faults").text
    token = page.split('name="form_token" value="')[1].split('"')[0]
    sent = {"form_token": token, "kind": "slow", "seconds": "1", "times": "2", "endpoint": ""}
    assert driver.browser.post("/faults/hairosmith", data=sent).status_code == 303
    assert driver.machine.get("/faults/hairosmith").get_json()[0]["times"] == 2
    assert "Switch off slow for Hairosmith Ltd" in driver.browser.get("/faults").text


@pytest.mark.parametrize("sent", [{"kind": "earthquake"}, {"kind": "slow", "seconds": "soon"}, {}])
def test_a_fault_that_does_not_exist_is_refused(driver: Driver, sent: dict[str, str]) -> None:
    assert driver.machine.post("/faults/abra-kebabra", json=sent).status_code == 400
    assert driver.machine.post("/faults/nobody", json={"kind": "slow"}).status_code == 404


def test_fetched_pages_are_counted(driver: Driver, token: str) -> None:
    driver.fault("abra-kebabra", "server-error", times=1)
    for _ in range(3):
        driver.get(f"{AT}/bills?page=2", token)
    assert driver.machine.get("/_test/fetches").get_json() == [
        {"company": "abra-kebabra", "endpoint": "bills", "page": "2", "asked": 3, "served": 2}
    ]
    driver.machine.delete("/_test/fetches")
    assert driver.machine.get("/_test/fetches").get_json() == []

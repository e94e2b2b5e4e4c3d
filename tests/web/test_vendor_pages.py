"""The pages vendors send people to: the same for everybody, about nobody, and without a trace."""

from linkflow.domain import links
from tests.web.office import BASE, Office, on_sqlite
from tests.web.states import STATES
from tests.web.windows import Check, Window

PAGES = {
    "software-launch": links.launch_path("sandbox"),
    "software-disconnect": links.disconnect_path("sandbox"),
    "software-reconnect": links.reconnect_path("sandbox"),
}


def test_a_stranger_and_a_customer_read_the_same_whatever_the_vendor_adds(office: Office) -> None:
    customer, user = STATES["done"](office).customer, office.user()
    before = office.rows()
    added = "?realmId=4620816365&state=y&next=https://evil.example"
    for name, path in PAGES.items():
        plain = office.browser().client.get(path, base_url=BASE)
        assert plain.status_code == 200
        assert f'data-page="{name}"' in plain.text
        assert plain.headers.getlist("Set-Cookie") == []
        assert "Northbank" not in plain.text
        for client in (customer.client, user.client):
            assert client.get(path + added, base_url=BASE).text == plain.text
    assert office.rows() == before


def test_only_software_one_signs_in_to_has_such_pages_with_credentials_or_without(office: Office) -> None:
    for path in ("/software/xero/launch", "/software/no-such/launch", "/software/sandbox/other"):
        assert office.browser().look(path).page.status_code == 404
    without = office.again(software_credentials={})
    with_them = office.browser().look(PAGES["software-launch"]).page.text
    assert without.browser().look(PAGES["software-launch"]).page.text == with_them
    assert office.browser().look("/software/blind-books/reconnect").page.status_code == 200


@on_sqlite
def test_they_are_held_to_everything(office: Office, window: Window, check: Check) -> None:
    page = window()
    for name, path in PAGES.items():
        page.goto(BASE + path)
        check(page, name)
    page.goto(f"{BASE}/callback/sandbox?error=access_denied")
    check(page, "access-not-allowed")

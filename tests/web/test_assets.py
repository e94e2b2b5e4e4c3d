"""Files under lasting addresses: what is text among them is packed for browsers that take it, and only for these."""

import gzip
import re

import pytest

from tests.web.office import BASE, Office

ADDRESS = re.compile(r'(?:href|src)="(/(?:static|theme|brand)/[^"#]+)')


def addresses(office: Office) -> list[str]:
    """Every file that a page of Northbank's names."""
    page = office.app.test_client().get("/other-browser/northbank", base_url=BASE).text
    return sorted(set(ADDRESS.findall(page)))


def test_files_are_the_same_packed_and_plain_and_say_that_they_differ(office: Office) -> None:
    client = office.app.test_client()
    assert {path.rpartition(".")[2] for path in addresses(office)} == {"css", "js", "svg"}
    for path in addresses(office):
        plain = client.get(path, base_url=BASE)
        packed = client.get(path, base_url=BASE, headers={"Accept-Encoding": "br, gzip"})
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) + 30
        for answer in (plain, packed):
            assert "Accept-Encoding" in answer.headers["Vary"]
            assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0"])
def test_a_browser_that_does_not_take_gzip_gets_none(office: Office, accepted: str) -> None:
    for path in addresses(office):
        got = office.app.test_client().get(path, base_url=BASE, headers={"Accept-Encoding": accepted})
        assert "Content-Encoding" not in got.headers


def test_pages_carry_tokens_and_are_never_packed_here(office: Office) -> None:
    got = office.app.test_client().get("/portal/sign-in", base_url=BASE, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in got.headers

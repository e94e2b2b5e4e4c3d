"""How a visit ended, and that the organization's address cannot be made to lead anywhere else."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkflow.domain.return_address import (
    LONGEST,
    Ending,
    EntityEnd,
    checked_address,
    ending,
    is_parameter,
    return_address,
)

SINCE = datetime(2026, 11, 23, 12, tzinfo=UTC)
BEFORE, NOW = SINCE - timedelta(days=1), SINCE + timedelta(minutes=4)
JUST, EARLIER = EntityEnd(shared_at=NOW), EntityEnd(shared_at=BEFORE)
FAILED, UNSUPPORTED, OPEN = EntityEnd(failed=True), EntityEnd(unsupported=True), EntityEnd()
HOST = "bank.example"
ADDRESS = f"https://{HOST}:8443/done/{{request}}/{{company}}?to={{connection}}&by={{software}}&s={{status}}#{{message}}"
ANYTHING = st.text() | st.sampled_from(
    [
        *("..", ".", "%2e%2e", "../..", "//evil.example", "\\\\evil.example", "@evil.example", "https://evil.example"),
        *(
            "javascript:alert(1)",
            "a\r\nLocation: https://evil.example",
            "a\tb",
            "?x=1",
            "#x",
            "&status=200",
            ";url=//x",
        ),
        *('"><script>', "{status}", "{{status}}", "\ud800", "\0", "\u2028", "。evil", "⁄", "%0d%0a", "a" * 5000),
    ]
)


@pytest.mark.parametrize(
    ("entities", "facts", "expected"),
    [
        ([JUST], {"complete": True}, Ending.SHARED),
        ([EARLIER], {"complete": True}, Ending.NOTHING_LEFT),
        ([JUST, FAILED, OPEN], {}, Ending.SHARED),
        ([EARLIER, OPEN], {}, Ending.SHARED),
        ([EARLIER, JUST], {"complete": True}, Ending.SHARED),
        ([FAILED], {"complete": True}, Ending.FAILED),
        ([FAILED, UNSUPPORTED], {}, Ending.FAILED),
        ([UNSUPPORTED, OPEN], {}, Ending.NOT_SUPPORTED),
        ([OPEN], {}, Ending.LEFT),
        ([], {}, Ending.LEFT),
        ([OPEN], {"declined": True}, Ending.DECLINED),
        ([UNSUPPORTED], {"declined": True}, Ending.DECLINED),
    ],
)
def test_what_an_organization_is_told(entities: list[EntityEnd], facts: dict[str, bool], expected: Ending) -> None:
    assert ending(entities, **{"complete": False, "declined": False, **facts}, since=SINCE) is expected


def test_the_numbers_are_those_agreed() -> None:
    assert [one.status for one in Ending] == [200, 201, 403, 403, 500, 501]


def test_everything_it_names_is_filled_in() -> None:
    known = {"request": "r1", "company": "c1", "connection": "a,b", "software": "xero"}
    assert return_address(ADDRESS, Ending.SHARED, known) == (
        "https://bank.example:8443/done/r1/c1?to=a%2Cb&by=xero&s=200#shared"
    )
    assert return_address("https://b.example/?x={connection}", Ending.LEFT, {}) == "https://b.example/?x="


@given(values=st.dictionaries(st.sampled_from(["request", "company", "connection", "software", "own"]), ANYTHING))
@example(values={"request": "..", "company": ".."})
def test_no_value_leaves_its_place(values: dict[str, str]) -> None:
    address = f"{ADDRESS[: ADDRESS.index('#')]}&own={{own}}#{{message}}"
    filled = return_address(address, Ending.FAILED, values)
    parts = urlsplit(filled)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", f"{HOST}:8443", "failed")
    assert filled.isascii()
    assert filled.isprintable()
    assert not set(filled) & set(" \"'<>\\^`{|}")
    segments = parts.path.split("/")
    assert segments[1] == "done"
    assert len(segments) == 4
    assert not {".", ".."} & set(map(unquote, segments)), "another folder"
    assert list(parse_qs(parts.query, keep_blank_values=True)) == ["to", "by", "s", "own"]
    assert parse_qs(parts.query)["s"] == ["500"]


@pytest.mark.parametrize(
    "address",
    [
        "http://bank.example/done",
        "//bank.example/done",
        "bank.example/done",
        "javascript://bank.example/%0aalert(1)",
        "https://",
        "https:///bank.example",
        "https:/bank.example/",
        "https://evil.example/",
        "https://bank.example.evil.example/",
        "https://evil.example#bank.example",
        "https://evil.example\\@bank.example/",
        "https://evil.example\\.bank.example/",
        "https://bank.example@evil.example/",
        "https://me:secret@bank.example/",
        "https://{company}.bank.example/",
        "https://{request}/",
        "https://bank.example{company}/",
        "https://bank.example:{status}/",
        "https://bank.example/ done",
        "https://bank.example/a\r\nSet-Cookie: x",
        "https://bank.\texample/",
        'https://bank.example/"onmouseover="x',
        "https://bank.example/\u00e9",
        "https://bank.example\uff0f@evil.example",
        "https://bank.example:port/",
        "https://bank.example:/",
        "https://bank.example:0/",
        "https://bank.example:99999/",
        "https://bank.example/a/..{connection}",
        "https://bank.example/{software}.{connection}/b?x",
        "https://bank.example/{email}",
        "https://bank.example/{request!r}",
        "https://bank.example/{}",
        "https://bank.example/{request",
        "https://bank.example/request}",
        "https://bank.example/{{request}}",
        f"https://bank.example/{'a' * LONGEST}",
        "https://[bank.example/",
    ],
)
def test_an_address_that_could_lead_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"redirect_after|IPv6|NFKC"):
        checked_address(address, [HOST], [])


def test_own_parameters_are_named_and_do_not_hide_ours() -> None:
    address = "https://bank.example/?c={campaign}&s={status}"
    assert checked_address(address, [HOST], ["campaign"]) == address
    with pytest.raises(ValueError, match="may name campaign, company"):
        checked_address("https://bank.example/?c={campain}", [HOST], ["campaign"])
    with pytest.raises(ValueError, match="does not name branch"):
        checked_address(address, [HOST], ["campaign", "branch"])
    with pytest.raises(ValueError, match="names of their own"):
        checked_address(address, [HOST], ["campaign", "status"])
    assert (
        return_address(address, Ending.LEFT, {"campaign": "Q4", "status": "200"}) == "https://bank.example/?c=Q4&s=403"
    )


@pytest.mark.parametrize("value", ["spring-2026", "A", "a.b_c", "0" * 64])
def test_what_may_be_set_as_a_parameter(value: str) -> None:
    assert is_parameter(value)


@pytest.mark.parametrize(
    "value", ["", ".", "..", "-a", "a b", "anna@abra.example", "a/b", "a%2f", "é", "0" * 65, "a\n"]
)
def test_what_may_not(value: str) -> None:
    assert not is_parameter(value)

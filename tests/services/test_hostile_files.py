"""Files that somebody made to do harm, and files that chance made: a list of problems or a refusal, and nothing else.

The corpus is made here. What is heavy runs in a process of its own whose memory is measured.
"""

import random
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linkflow.domain.errors import Refused
from linkflow.reports.template_cells import Unfit, converter
from linkflow.reports.template_sheets import Kind, sheets
from linkflow.services.checking_files import CheckedFile, check_file
from linkflow.templating import speech
from linkflow.web.file_words import sentence
from linkflow.web.words import problem
from tests.filled import BOTH, SPEND, TODAY, filled, repacked, rows_of, workbook
from tests.processes import ROOT

ENGLISH = speech("en-GB")

RIGHT = workbook(SPEND)
SHEET, BILLS = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"
BOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLES, STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"
HEAVY_MB = 420
"""The most a process may hold that checks the worst of these, its own start included."""


def check(content: bytes) -> CheckedFile | Refused:
    """What becomes of a file; whatever it is can be told in words."""
    try:
        checked = check_file(content, data_types=SPEND, named="Abra Kebabra Ltd", today=TODAY)
    except Refused as refused:
        return _told(refused)
    assert all(sentence(one, ENGLISH) for one in checked.problems)
    assert (checked.books is None) == bool(checked.problems)
    return checked


def _told(refused: Refused) -> Refused:
    assert problem(refused.field, refused.reason, ENGLISH, **refused.details)
    return refused


def swapped(old: bytes, new: bytes, part: str = SHEET) -> bytes:
    """The right file with something else in one of its parts."""

    def change(name: str, content: bytes) -> bytes:
        if name == part:
            assert old in content
            return content.replace(old, new, 1)
        return content

    return repacked(RIGHT, change)


def with_part(name: str, content: bytes) -> bytes:
    return repacked(RIGHT, lambda _, part: part, **{name: content})


def without(name: str) -> bytes:
    return repacked(RIGHT, lambda part, content: None if part == name else content)


def encrypted_entry() -> bytes:
    """The archive says that its parts have a password."""
    content = bytearray(RIGHT)
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def understated(size: int) -> bytes:
    """A part that unpacks to more than the archive says."""
    content = bytearray(with_part("xl/worksheets/bomb.xml", b" " * size))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        found = content.rfind(mark)
        content[found + at : found + at + 4] = struct.pack("<I", 10)
    return bytes(content)


def document(name: str) -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr(name, b"<document/>")
    return kept.getvalue()


DOCTYPE = b'<!DOCTYPE worksheet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = b'<!DOCTYPE worksheet [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
# What is sent → the reason it is refused for.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "an old workbook, or one with a password": (lambda: b"\xd0\xcf\x11\xe0" + bytes(999), "old-or-protected"),
    "no archive": (lambda: b"PK\x03\x04" + bytes(999), "broken"),
    "half an archive": (lambda: RIGHT[: len(RIGHT) // 2], "broken"),
    "a text document": (lambda: document("word/document.xml"), "wrong-format"),
    "an open document": (lambda: document("content.xml"), "wrong-format"),
    "any archive": (lambda: without("[Content_Types].xml"), "broken"),
    "parts with a password": (encrypted_entry, "old-or-protected"),
    "macros": (lambda: with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0"), "macros"),
    "macros of long ago": (lambda: with_part("xl/macrosheets/sheet1.xml", b"<macrosheet/>"), "macros"),
    "a kind that may have macros": (
        lambda: swapped(
            b"spreadsheetml.sheet.main+xml", b"spreadsheet.macroEnabled.main+xml", "[Content_Types].xml"
        ),
        "macros",
    ),
    "entities that grow": (lambda: swapped(b"<worksheet", DOCTYPE + b"<worksheet"), "broken"),
    "an entity from a file": (lambda: swapped(b"<worksheet", XXE + b"<worksheet"), "broken"),
    "another encoding": (
        lambda: repacked(RIGHT, lambda n, c: c.decode().encode("utf-16") if n == SHEET else c), "broken",
    ),
    "a part that ends too early": (lambda: repacked(RIGHT, lambda n, c: c[:-40] if n == SHEET else c), "broken"),
    "a bomb that tells its size": (lambda: with_part("xl/bomb.xml", b" " * 200_000_000), "unpacks-too-large"),
    "a thousand parts": (
        lambda: repacked(RIGHT, lambda _, c: c, **{f"xl/p{n}.xml": b"" for n in range(600)}), "unpacks-too-large",
    ),
    "a sheet without its strings": (lambda: without("xl/sharedStrings.xml"), "broken"),
    "a string there is not": (lambda: swapped(b"<v>", b"<v>9999"), "broken"),
    "a number that is none": (lambda: swapped(b"<v>0.8</v>", b"<v>-1e999999999</v>", BILLS), "broken"),
    "rows in the wrong order": (lambda: swapped(b'<row r="2"', b'<row r="1"'), "broken"),
    "a row beyond the last": (lambda: swapped(b'<row r="2"', b'<row r="99999999"'), "broken"),
    "an address that is none": (lambda: swapped(b'<c r="A2"', b'<c r="\xc3\x84\xc3\x962"'), "broken"),
    "an attribute without an end": (
        lambda: swapped(b"<sheetData>", b'<sheetData a="' + b">" * 3_000_000 + b'">'), "broken",
    ),
    "a comment without an end": (lambda: swapped(b"<sheetData>", b"<!-- " + b"<" * 3_000_000), "broken"),
    "an address without an end": (lambda: swapped(b'<c r="A2"', b'<c r="' + b"A" * 400_000 + b'2"'), "broken"),
    "values within values": (lambda: swapped(b"<v>", b"<v>" * 200_000), "broken"),
    "texts within texts": (lambda: swapped(b"<t>", b"<t>" * 40, STRINGS), "broken"),
    "relations within relations": (
        lambda: swapped(b"<Relationship ", b"<Relationships>" * 40 + b"<Relationship ", RELATIONS), "broken",
    ),
    "thousands of sheets": (
        lambda: swapped(
            b"<sheets>", b"<sheets>" + b"".join(b'<sheet name="%d" r:id="rId1"/>' % n for n in range(20_000)), BOOK
        ),
        "unpacks-too-large",
    ),
    "a sheet with a name without an end": (
        lambda: swapped(b"<sheets>", b'<sheets><sheet name="' + b"x" * 400_000 + b'" r:id="rId1"/>', BOOK),
        "unpacks-too-large",
    ),
    "relations without number": (
        lambda: swapped(
            b"</Relationships>",
            b"".join(b'<Relationship Id="x%d" Target="x"/>' % n for n in range(2_000)) + b"</Relationships>",
            RELATIONS,
        ),
        "unpacks-too-large",
    ),
    "styles without number": (
        lambda: swapped(b"</cellXfs>", b"<xf/>" * 70_000 + b"</cellXfs>", STYLES), "unpacks-too-large",
    ),
    "formats without number": (
        lambda: swapped(
            b"<fonts", b"".join(b'<numFmt numFmtId="%d"/>' % n for n in range(200, 6_000)) + b"<fonts", STYLES
        ),
        "unpacks-too-large",
    ),
    "elements of no use": (lambda: swapped(b"<fonts", b"<a/>" * 600_000 + b"<fonts", STYLES), "unpacks-too-large"),
    "a number of a thousand digits": (
        lambda: swapped(b"<v>0.8</v>", b"<v>0." + b"8" * 1_000 + b"</v>", BILLS), "broken",
    ),
    "a day of a thousand digits": (lambda: swapped(b"<v>46", b"<v>" + b"0" * 1_000 + b"46", BILLS), "broken"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_cannot_be_a_filled_in_template_is_refused_in_words(what: str) -> None:
    make, reason = REFUSED[what]
    found = check(make())
    assert isinstance(found, Refused)
    assert found.reason == reason


HARMLESS: dict[str, Callable[[], bytes]] = {
    "a size it does not have": lambda: swapped(b'<dimension ref="A1', b'<dimension ref="A1:XFD1048576" a="'),
    "sheets of their own": lambda: with_part("xl/worksheets/sheet99.xml", b"<worksheet/>"),
    "a cell far to the right": lambda: swapped(b"</row>", b'<c r="XFD1"><v>1</v></c></row>'),
    "a bomb that tells another size": lambda: understated(50_000_000),
    "a format without an end": lambda: swapped(
        b"<fonts", b'<numFmt numFmtId="999" formatCode="' + b"[" * 400_000 + b'"/><fonts', STYLES
    ),
    "a million empty rows": lambda: swapped(
        b"</sheetData>", b"".join(b'<row r="%d"/>' % n for n in range(100, 1_000_100)) + b"</sheetData>"
    ),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_what_does_no_harm_is_passed_over(what: str) -> None:
    found = check(HARMLESS[what]())
    assert isinstance(found, CheckedFile)
    assert found.count == 0


def test_columns_and_rows_may_stand_without_their_addresses() -> None:
    bare = repacked(RIGHT, lambda n, c: re.sub(rb'(<(?:c|row)) r="[A-Z0-9]+"', rb"\1", c) if n == SHEET else c)
    assert isinstance(check(bare), CheckedFile)


def test_names_may_have_a_prefix_as_some_programs_write_them() -> None:
    def prefixed(name: str, content: bytes) -> bytes:
        if name != SHEET:
            return content
        content = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", content)
        return content.replace(b" xmlns=", b" xmlns:x=", 1)

    found = check(repacked(RIGHT, prefixed))
    assert isinstance(found, CheckedFile)
    assert found.count == 0


def test_an_answer_is_kept_for_short_texts_alone() -> None:
    with pytest.raises(Unfit, match="not-a-number"):
        converter(
            next(column for sheet in sheets(SPEND, TODAY) for column in sheet.columns if column.kind is Kind.AMOUNT)
        )("1" * 51)


_WORDS = ("=1+1", "EXAMPLE", "B1", "S1", "GBP", "paid", "\x00", "\u202e", "1e5")
_ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=40),
    st.dates(),
    st.sampled_from(_WORDS),
)


@given(data=st.data())
@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_whatever_stands_in_the_cells_there_are_problems_or_books(data: st.DataObject) -> None:
    rows = rows_of(BOTH)
    for _ in range(data.draw(st.integers(1, 6))):
        sheet = data.draw(st.sampled_from(sorted(rows)))
        row = data.draw(st.sampled_from(rows[sheet]))
        row[data.draw(st.sampled_from(sorted(row)))] = data.draw(_ODD)
    content = filled(BOTH, rows)
    try:
        checked = check_file(content, data_types=BOTH, named="Abra Kebabra Ltd", today=TODAY)
    except Refused as refused:
        raise AssertionError(refused.reason) from refused
    assert all(sentence(one, ENGLISH) for one in checked.problems)
    assert (checked.books is None) == bool(checked.problems)


def _spoilt(chance: random.Random, content: bytes) -> bytes:
    """A few bytes of a part, or of the archive itself, are others."""
    spoilt = bytearray(content)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(spoilt))
        match chance.randrange(3):
            case 0:
                spoilt[at] = chance.randrange(256)
            case 1:
                del spoilt[at : at + chance.randrange(1, 40)]
            case _:
                spoilt[at:at] = chance.randbytes(chance.randrange(1, 40))
        if not spoilt:
            break
    return bytes(spoilt)


@pytest.mark.parametrize("rounds", [150, pytest.param(6_000, marks=pytest.mark.slow)])
def test_bytes_changed_by_chance_are_refused_or_told(rounds: int) -> None:
    chance = random.Random(20261123)
    parts = [name for name in ZipFile(BytesIO(RIGHT)).namelist() if name.endswith((".xml", ".rels"))]
    for _ in range(rounds):
        if chance.random() < 0.3:
            check(_spoilt(chance, RIGHT))
        else:
            part = chance.choice(parts)
            check(repacked(RIGHT, lambda n, c, part=part: _spoilt(chance, c) if n == part else c))  # type: ignore[misc]


_MEASURED = """
import re, sys, time
from tests.services.test_hostile_files import HEAVY, check
content = HEAVY[sys.argv[1]]()
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
before = peak()
begun = time.process_time()
found = check(content)
reason = getattr(found, "reason", None) or getattr(found, "count", None)
after = peak()
print(reason, before // 1024, after // 1024, round(time.process_time() - begun, 1))
"""


def full(rows: int) -> bytes:
    """As many expenses, each different in every column."""
    chance = random.Random(1)
    found = rows_of(SPEND)
    found["Expenses"] = [
        {
            "Expense id": f"E{n}", "Date": TODAY, "Paid to": f"{chance.random()}", "Currency": "GBP",
            "Total": chance.randrange(1, 10**9) / 100, "Account": f"A{n % 50}", "Reference": chance.randbytes(9).hex(),
        }
        for n in range(rows)
    ]  # fmt: skip
    return filled(SPEND, found)


HEAVY: dict[str, Callable[[], bytes]] = {
    "the largest there may be": lambda: full(90_000),
    "four million empty cells": lambda: swapped(
        b"</sheetData>", b'<row r="9">' + b"<c/>" * 5_000_000 + b"</row></sheetData>"
    ),
    "a million empty strings": lambda: repacked(
        RIGHT,
        lambda n, c: c.replace(b"</sst>", b"<si/>" * 3_000_000 + b"</sst>") if n.endswith("sharedStrings.xml") else c,
    ),
    "a text of a hundred megabytes": lambda: swapped(
        b"</row>", b'<c r="B1" t="inlineStr"><is>' + b"<t>aaaaaaaa</t>" * 7_000_000 + b"</is></c></row>"
    ),
    "values within values": lambda: swapped(b"<v>", b"<v>" * 3_900_000),
    "values without cells": lambda: swapped(b"</sheetData>", b"<v/>" * 30_000_000 + b"</sheetData>"),
    "problems without number": lambda: repacked(
        full(60_000), lambda n, c: c.replace(b"<v>46349</v>", b"<v>x</v>") if "sheet" in n else c
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", HEAVY)
def test_the_heaviest_stay_within_their_memory(what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, what], capture_output=True, text=True, cwd=ROOT, check=True, timeout=300
    )
    reason, _, peak, seconds = done.stdout.split()
    assert int(peak) < HEAVY_MB, (reason, peak, seconds)

"""Tables that people upload: what spreadsheets write is read, and what would hurt is refused before it does."""

import importlib
import tracemalloc
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from linkflow.domain.errors import Refused
from linkflow.reports import xlsx_in
from linkflow.reports.cells import Sheet
from linkflow.reports.company_template import company_template_csv, company_template_xlsx
from linkflow.reports.sheets_in import BYTES_LIMIT, DEPTH_LIMIT, read_sheet

MOST = 100
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
BOMB = b"<a>" * 1_600_000


def read(content: bytes, most: int = MOST) -> Sheet:
    return read_sheet(content, most=most)


def words(content: bytes) -> list[list[str]]:
    """The texts of each row, without the empty cells at its end."""
    found = []
    for line in read(content).lines:
        texts = [cell.text for cell in line.cells]
        while texts and not texts[-1]:
            texts.pop()
        found.append(texts)
    return found


def refused(content: bytes, most: int = MOST) -> str:
    with pytest.raises(Refused) as said:
        read(content, most)
    assert said.value.field == "file"
    return said.value.reason


def workbook(*rows: list[object]) -> bytes:
    made, content = Workbook(), BytesIO()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save(content)
    return content.getvalue()


def rebuilt(content: bytes, *, compression: int = zipfile.ZIP_DEFLATED, **parts: bytes | None) -> bytes:
    """The same archive with parts replaced, added, or (None) left out."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(made, "w", compression) as after:
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, part in parts.items():
            if part is not None:
                after.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "Name,Email\nThé Codfather,don@cod.example\n".encode(),
        "Name,Email\nThé Codfather,don@cod.example\n".encode("utf-8-sig"),
        "Name;Email\r\nThé Codfather;don@cod.example\r\n".encode("utf-8-sig"),
        "Name\tEmail\r\nThé Codfather\tdon@cod.example\r\n".encode("utf-16"),
        "Name\tEmail\r\nThé Codfather\tdon@cod.example\r\n".encode("utf-16-le"),
        b"\xfe\xff" + "Name;Email\nThé Codfather;don@cod.example".encode("utf-16-be"),
        "Name;Email\nThé Codfather;don@cod.example".encode("utf-16-be"),
        "sep=;\r\nName;Email\r\nThé Codfather;don@cod.example\r\n".encode(),
        '"Name","Email"\r\n"Thé Codfather","don@cod.example"\r\n'.encode(),
        '="Name",="Email"\r\n"=""Thé Codfather""",don@cod.example\r\n'.encode(),
        "Name,Email\rThé Codfather,don@cod.example\r".encode(),
        "\n\nName,Email,,,\n\u00a0Thé Codfather ,don@cod.example,,,\n,,,,\n".encode(),
        workbook(["Name", "Email"], ["Thé Codfather", "don@cod.example"]),
        workbook([None, None], ["Name", "Email", None], [], [" Thé Codfather ", "don@cod.example"]),
    ],
)
def test_what_spreadsheets_write_is_read(content: bytes) -> None:
    assert words(content) == [["Name", "Email"], ["Thé Codfather", "don@cod.example"]]


def test_letters_of_western_windows_are_read_and_the_guess_is_told() -> None:
    sheet = read("Name;Email\nThé Codfather;don@cod.example".encode("cp1252"))
    assert sheet.guessed
    assert sheet.lines[1].cells[0].text == "Thé Codfather"
    assert not read("Name\nThé".encode()).guessed


def test_rows_are_counted_as_the_spreadsheet_does() -> None:
    assert [line.number for line in read(b'Name\n\n"two\nlines"\nlast').lines] == [1, 3, 4]
    assert [line.number for line in read(workbook(["Name"], [], [], ["last"])).lines] == [1, 4]


def test_a_cell_may_hold_quotes_commas_and_line_ends() -> None:
    assert words(b'Name,Note\n"Cod, ""the"" father","a\nb"\nJoe "the fish" Cod,\n') == [
        ["Name", "Note"],
        ['Cod, "the" father', "a\nb"],
        ['Joe "the fish" Cod'],
    ]


@pytest.mark.parametrize("mark", ["\x01", "\x7f", "\x85", "\x0b", "\uffff"])
def test_characters_that_no_page_takes_are_left_out(mark: str) -> None:
    assert words(f"Na{mark}me,{mark}\n{mark}".encode()) == [["Name"]]
    (line,) = read(f"{mark}=1+1".encode()).lines
    assert line.cells[0].trouble == "formula"


def test_of_a_workbook_too() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Na\x7fme</t></is></c></row></sheetData></worksheet>'
    )
    assert words(rebuilt(workbook(["Name"]), **{SHEET: sheet})) == [["Name"]]


def test_the_warnings_of_the_whole_process_stay_as_they_are() -> None:
    before = list(warnings.filters)
    importlib.reload(xlsx_in)
    assert warnings.filters == before


def test_formulas_and_errors_are_seen_and_never_taken() -> None:
    trouble = [[cell.trouble for cell in line.cells[:3]] for line in read(b'=1+1,x,"=cmd|/c calc"').lines]
    assert trouble == [["formula", None, "formula"]]
    (line,) = read(workbook(["=1+1", "=HYPERLINK(A1)", "#N/A"])).lines
    assert [cell.trouble for cell in line.cells[:3]] == ["formula", "formula", "error"]
    assert all(cell.text == "" for cell in line.cells)


def test_numbers_and_days_become_the_text_they_show() -> None:

    assert words(workbook([1234.0, 1.5, True, date(2026, 11, 23)])) == [["1234", "1.5", "True", "2026-11-23T00:00:00"]]


def test_the_templates_hold_a_header_that_is_known_and_nothing_else() -> None:
    expected = [["Company name", "Description", "Contact name", "Contact email", "Assigned user emails"]]
    assert words(company_template_csv()) == expected
    assert words(company_template_xlsx()) == expected


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"x" * (BYTES_LIMIT + 1), "too-large"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old-or-protected"),
        (b"PK\x03\x04", "broken"),
        (b"PK\x03\x04" + bytes(range(256)) * 40, "broken"),
        (workbook(["Name"])[:-40], "broken"),
        (workbook(["Name"])[:400], "broken"),
        (b'Name\n"never closed', "broken-csv"),
        (b'Name\n"one"two', "broken-csv"),
        (b"Name\n" + b"x" * 200_000, "broken-csv"),
        (b"x" * 200_000, "broken-csv"),
        (b"\xff\xfeN", "no-text"),
        (b"Name\n\x81\x8d\x8f", "no-text"),
        (b"\xff\xfe\x00\x00N\x00\x00\x00", "no-text"),
        (b"Name\n" * 200, "too-many-rows"),
        (b"Name\n" + b"\n" * DEPTH_LIMIT + b"last", "too-deep"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(content: bytes, reason: str) -> None:
    assert refused(content) == reason


@pytest.mark.parametrize("cut", range(100, 5_000, 311))
def test_a_workbook_cut_anywhere_or_with_a_byte_changed_never_ends_in_a_fault(cut: int) -> None:
    whole = workbook(["Name", "Email"], ["The Codfather", "don@cod.example"])
    damaged = bytearray(whole)
    damaged[cut % len(whole)] ^= 0xFF
    for content in (whole[:cut], bytes(damaged)):
        with suppress(Refused):
            read(content)


def test_a_sheet_that_says_it_is_at_the_bottom_of_the_world_is_refused() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row></sheetData></worksheet>'
    )
    assert refused(rebuilt(workbook(["Name"]), **{SHEET: sheet})) == "too-deep"


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"])
@pytest.mark.parametrize(
    "attack",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><x>&b;</x>',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
        b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x [<!ENTITY a "a">]><x>&a;</x>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="cp037"?>' + '<!DOCTYPE x [<!ENTITY a "a">]><x/>'.encode("cp037"),
        b"not xml at all",
        b"",
    ],
    ids=["billion laughs", "file", "address", "utf-16", "ebcdic", "no xml", "nothing"],
)
def test_entities_and_strange_encodings_are_refused_in_every_part(part: str, attack: bytes) -> None:
    content = rebuilt(workbook(["Name"]), **{part: attack})
    if (part == STRINGS and attack in (b"not xml at all", b"")) or (part == "xl/styles.xml" and attack == b""):
        return
    assert refused(content) == "broken"


def test_a_part_under_another_name_is_not_there_for_the_parser() -> None:
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kinds}.sheet.main+xml"/>'
        f'<Override PartName="/xl/strings.png" ContentType="{kinds}.sharedStrings+xml"/></Types>'
    ).encode()
    attack = b'<!DOCTYPE x [<!ENTITY a "a">]><sst><si><t>&a;</t></si></sst>'
    parts = {"[Content_Types].xml": types, "xl/strings.png": attack}
    assert refused(rebuilt(workbook(["Name"]), **parts)) == "broken"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({STRINGS: BOMB * 10}, "unpacks-too-large"),
        ({"xl/media/picture.png": b"\x00" * 6_000_000}, "unpacks-too-large"),
        ({STRINGS: BOMB}, "unpacks-too-large"),
        ({SHEET: b"<a b='' c='' d=''/>" * 100_000}, "unpacks-too-large"),
        ({f"xl/empty{number}.xml": b"" for number in range(600)}, "unpacks-too-large"),
        ({"xl/vbaProject.bin": b"Attribute VB_Name"}, "macros"),
        ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "macros"),
        ({"[Content_Types].xml": None}, "broken"),
        ({SHEET: None}, "broken"),
    ],
)
def test_a_workbook_with_more_inside_than_a_table_is_refused(parts: dict[str, bytes | None], reason: str) -> None:
    assert refused(rebuilt(workbook(["Name"]), **parts)) == reason


@contextmanager
def at_most(megabytes: int) -> Iterator[None]:
    """What is done inside takes no more memory than that."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1_000_000
    finally:
        tracemalloc.stop()


def test_a_small_file_that_unpacks_to_much_is_refused_without_unpacking_it() -> None:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(STRINGS, "w") as part:
        for _ in range(200):
            part.write(b" " * 1_000_000)
    with at_most(megabytes=20):
        assert refused(made.getvalue()) == "unpacks-too-large"


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    content = bytearray(rebuilt(workbook(["Name"]), **{STRINGS: b" " * 3_000_000}))
    stated = (3_000_000).to_bytes(4, "little")
    while (place := content.find(stated)) >= 0:
        content[place : place + 4] = (30).to_bytes(4, "little")
    assert refused(bytes(content)) == "broken"


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_ways_of_packing_that_no_spreadsheet_uses_are_refused(compression: int) -> None:
    assert refused(rebuilt(workbook(["Name"]), compression=compression)) == "broken"


def test_a_workbook_with_a_password_is_refused_as_one() -> None:
    content = bytearray(workbook(["Name"]))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 4)
    assert refused(bytes(content)) == "old-or-protected"


def test_two_parts_of_one_name_are_refused() -> None:
    made = BytesIO(workbook(["Name"]))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(made, "a") as archive:
        archive.writestr(SHEET, b"<x/>")
    assert refused(made.getvalue()) == "broken"


def test_the_largest_table_there_may_be_takes_little_memory() -> None:
    rows = [[f"{'x' * 90}{number}", f"contact-{number}@{'y' * 40}.example"] for number in range(1_000)]
    content = workbook(["Name", "Email"], *rows)
    with at_most(megabytes=64):
        assert len(read(content, 1_001).lines) == 1_001


@pytest.mark.parametrize("part", ["xl/styles.xml", STRINGS, SHEET])
def test_the_hardest_workbook_that_is_let_through_takes_bounded_memory(part: str) -> None:
    nested = b"<a>" * 140_000 + b"</a>" * 140_000
    content = rebuilt(workbook(["Name"]), **{part: nested})
    with at_most(megabytes=128), suppress(Refused):
        read(content)

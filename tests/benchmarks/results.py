"""Where the figures go: a line each on the screen, and all of them in `.bench/results.json`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / ".bench"


@dataclass(frozen=True)
class Figure:
    """One measurement. `reference` is what it was held against in the same run, `ratio` the two divided."""

    name: str
    value: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    note: str = ""

    def __str__(self) -> str:
        beside = f"  reference {self.reference:g}  ratio {self.ratio:.2f}" if self.ratio is not None else ""
        return f"{self.name:<28} {self.value:>10.4g} {self.unit}{beside}{'  ' + self.note if self.note else ''}"


def write(figures: list[Figure]) -> Path:
    """Name → value, unit, reference, ratio."""
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / "results.json"
    found = {figure.name: {k: v for k, v in asdict(figure).items() if k != "name"} for figure in figures}
    path.write_text(json.dumps(found, indent=2) + "\n")
    return path

"""A table as it was read from a file: cells of text under the numbers a spreadsheet shows."""

from dataclasses import dataclass
from typing import Literal

COLUMNS_LIMIT = 30
"""Cells further right are not looked at."""


@dataclass(frozen=True)
class Cell:
    """What a cell says; a formula or an error says nothing that could be taken."""

    text: str = ""
    trouble: Literal["formula", "error"] | None = None


@dataclass(frozen=True)
class Line:
    """A row that is not empty, under the number the spreadsheet shows beside it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """The rows; `guessed` says that the file did not tell its encoding and Western European letters were assumed."""

    lines: tuple[Line, ...]
    guessed: bool = False

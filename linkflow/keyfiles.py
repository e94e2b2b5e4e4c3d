"""Key files: a new key is added at the end, so that what older keys signed or encrypted stays readable.

`secret_keys` holds one key a line, `encryption_keys` one `id:base64` a line; the last line is the one in use. The
folder is readable by its owner alone, and so are the files.
"""

import base64
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

SIGNING = "secret_keys"
ENCRYPTING = "encryption_keys"


@dataclass(frozen=True)
class KeyFiles:
    """Where the two files are."""

    secret_keys: Path
    encryption_keys: Path


def add_keys(folder: Path) -> KeyFiles:
    """Add one new key to each file in `folder`, making what does not exist."""
    files = _files(folder)
    encrypting = _lines(files.encryption_keys)
    number = max((int(found[1]) for line in encrypting if (found := re.match(r"k(\d+):", line))), default=0) + 1
    new = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    _write(files.encryption_keys, [*encrypting, f"k{number}:{new}"])
    _write(files.secret_keys, [*_lines(files.secret_keys), secrets.token_urlsafe(48)])
    return files


def ensure_keys(folder: Path) -> KeyFiles:
    """The files in `folder`; made when one of them is missing or empty."""
    files = _files(folder)
    if _lines(files.secret_keys) and _lines(files.encryption_keys):
        return files
    return add_keys(folder)


def ensure_secret(path: Path) -> str:
    """The secret kept in `path`, made up on first use."""
    lines = _lines(path)
    if not lines:
        lines = [secrets.token_urlsafe(32)]
        _write(path, lines)
    return lines[0]


def _files(folder: Path) -> KeyFiles:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return KeyFiles(folder / SIGNING, folder / ENCRYPTING)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="ascii").split() if path.exists() else []


def _write(path: Path, lines: list[str]) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)

"""Key files keep every older key and are nobody else's to read."""

import stat
from pathlib import Path

from linkflow.keyfiles import add_keys, ensure_keys, ensure_secret
from linkflow.settings_values import as_encryption_keys, as_secret_keys


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_key_files_are_readable_by_their_owner_alone_and_by_the_settings(tmp_path: Path) -> None:
    files = ensure_keys(tmp_path / "keys")
    assert (mode(tmp_path / "keys"), mode(files.secret_keys), mode(files.encryption_keys)) == (0o700, 0o600, 0o600)
    assert len(as_secret_keys(files.secret_keys.read_text())) == 1
    assert list(as_encryption_keys(files.encryption_keys.read_text())) == ["k1"]


def test_a_further_key_goes_last_and_the_older_ones_stay(tmp_path: Path) -> None:
    first = ensure_keys(tmp_path).secret_keys.read_text()
    files = add_keys(tmp_path)
    assert files.secret_keys.read_text().startswith(first)
    assert list(as_encryption_keys(files.encryption_keys.read_text())) == ["k1", "k2"]
    assert mode(files.secret_keys) == 0o600
    assert ensure_keys(tmp_path).secret_keys.read_text().count("\n") == 2


def test_a_secret_is_made_up_once(tmp_path: Path) -> None:
    path = tmp_path / "client"
    assert ensure_secret(path) == ensure_secret(path)
    assert mode(path) == 0o600

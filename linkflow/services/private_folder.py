"""A folder for what is written in the open before it is encrypted: of one process, gone when it is left.

What a killed process left behind goes when a worker starts, once a day and when the next one needs a folder: each
holds a lock on its own, which ends with the process however that ends.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "linkflow-private-"
_LOCK = "lock"


@contextmanager
def private_folder() -> Iterator[Path]:
    """A fresh folder that only this user can enter; removed in every case."""
    remove_abandoned()
    place = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with (place / "new").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            # Under its name it is locked from the first moment on.
            (place / "new").rename(place / _LOCK)
            yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def remove_abandoned() -> None:
    """Remove the folders of this user whose process is gone."""
    for place in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if place.lstat().st_uid == os.getuid() and place.is_dir() and not place.is_symlink() and _is_free(place):
                shutil.rmtree(place, ignore_errors=True)


def _is_free(place: Path) -> bool:
    with (place / _LOCK).open() as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

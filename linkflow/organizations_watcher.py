"""Organizations while running: read again when their files change, swapped as one whole new set.

A bad edit changes nothing but the log (and ``problems``): the last good set stays. Each process watches for itself
by looking at the folder, at most once a second and only when asked; there is no thread.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from threading import Lock
from time import monotonic

from linkflow.domain.software import Software
from linkflow.organizations import Organizations, load_organizations
from linkflow.problems import ConfigurationError, Problem

_log = logging.getLogger(__name__)
_Fingerprint = tuple[tuple[str, int, int], ...]


class OrganizationsWatcher:
    """``watcher()`` is the current set. Raises ConfigurationError when the first reading fails."""

    def __init__(
        self,
        folder: Path,
        catalogue: Mapping[str, Software],
        *,
        sign_in_secrets: Collection[str] = (),
        every_seconds: float = 1.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._secrets = sign_in_secrets
        self._every = every_seconds
        self._clock = clock
        self._lock = Lock()
        self._seen = _fingerprint(folder)
        self._looked = clock()
        self._current = self._load()
        self.problems: tuple[Problem, ...] = ()

    def __call__(self) -> Organizations:
        """The current set; looks at the files first when the last look is long enough ago."""
        if self._clock() - self._looked >= self._every and self._lock.acquire(blocking=False):
            try:
                self._looked = self._clock()
                self._look()
            finally:
                self._lock.release()
        return self._current

    def _load(self) -> Organizations:
        return load_organizations(self._folder, self._catalogue, sign_in_secrets=self._secrets)

    def _look(self) -> None:
        try:
            seen = _fingerprint(self._folder)
            if seen == self._seen:
                return
            self._current = self._load()
        except ConfigurationError as error:
            self.problems = error.problems
            for problem in error.problems:
                _log.error("organizations not reloaded, the last good ones stay: %s", problem)
        except OSError as error:
            _log.error("organizations not looked at: %s", error.strerror)
            return
        except Exception:  # noqa: BLE001 - whatever an edit has in it, no page may end by that
            _log.exception("organizations not reloaded, the last good ones stay: reading them failed")
        else:
            self.problems = ()
            _log.info("organizations reloaded: %s", ", ".join(self._current))
        self._seen = seen


def _fingerprint(folder: Path) -> _Fingerprint:
    """Name, time and size of every file in the folder and the picture folders below it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(path), (facts := path.stat()).st_mtime_ns, facts.st_size) for path in files)

"""Python runs this at the start of every server the tests start (see processes.py): same isolation, same recording."""

from tests import isolation, recording

isolation.install()
if (_kept := recording.directory()) is not None:
    recording.install(_kept)

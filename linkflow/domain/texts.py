"""Text as it may be kept, wherever it comes from."""

import re

# Everything below a space but tab and line ends, and what no encoding carries.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def storable(text: str) -> str:
    """The text without characters that neither a database nor a page takes."""
    return _CONTROLS.sub("", text)

"""The verification phrase: two plain words a customer can read over the telephone."""

from collections.abc import Callable


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    """
    amber autumn brave bright calm cedar clear copper coral crimson dapper early eager emerald evening fair gentle
    golden grand green happy hazel honest ivory jolly keen lively lucky lunar maple mellow merry misty noble olive
    patient plain polite proud quick quiet rapid rosy ruby rustic sandy scarlet silent silver simple smooth snowy
    solid spring steady stone summer sunny swift velvet violet warm winter
    """
)
_SECOND = _words(
    """
    acorn anchor apple arrow badger basket beacon bell bottle bridge candle canyon castle cherry cloud compass cove
    daisy dolphin eagle falcon feather fern forest fountain garden glacier harbour hedge heron island jacket kettle
    lantern lemon lighthouse lion marble meadow mill mirror orchard otter owl paddle pebble pepper piano pine planet
    pocket puffin rabbit river robin saddle sailor salmon shell sparrow tower tulip valley walnut willow
    """
)


def new_phrase(random_bytes: Callable[[int], bytes]) -> str:
    """Two words such as `quiet harbour`: about 4,000 pairs, told apart by ear."""
    number = int.from_bytes(random_bytes(8), "big")
    return f"{_FIRST[number % len(_FIRST)]} {_SECOND[number // len(_FIRST) % len(_SECOND)]}"

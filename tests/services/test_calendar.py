"""Days by the organization's clock, up to the first and the last there are."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from linkflow.services.calendar import begin_of, end_of
from tests.jobs.rig import make_rig
from tests.services import people


@pytest.mark.parametrize("day", [date.min, date(2026, 11, 25), date(9998, 12, 31), date.max])
def test_every_day_there_is_lasts_a_day(tmp_path: Path, day: date) -> None:
    rig = make_rig(tmp_path)
    user = people.add(rig.ctx)
    assert end_of(rig.ctx, user, day) - begin_of(rig.ctx, user, day) == timedelta(days=1)

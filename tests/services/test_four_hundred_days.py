"""Four hundred days of upkeep for every product of the catalogue, by what it says of their tokens.

Of each product there is a connection whose books nobody reads, and of those of the catalogue one that is read now and
then. Whatever lives from use to use is there at the end; what ends for good is forecast thirty days before, and ends in
one mail and one status.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from linkflow import paths
from linkflow.catalogue import load_catalogue
from linkflow.domain.errors import NeedsReauth, SoftwareUnavailable
from linkflow.domain.software import Software, SoftwareKind
from linkflow.domain.software import Tokens as Lifetimes
from linkflow.domain.upkeep import FORECAST
from linkflow.services import accounts, foreseeing, granting, housekeeping, renewing
from linkflow.services.foreseeing import WantedForecast
from linkflow.store.users import User
from tests.config_factories import make_catalogue, make_settings, make_software
from tests.jobs.rig import ORGANIZATION, Rig, Rows, add_rows, make_rig
from tests.services.simulated_vendor import Simulated, simulated
from tests.vendors.overlay import with_credentials

DAYS = 400
STEP = timedelta(hours=12)
DAY, TIDY_EVERY, LOOK_EVERY = timedelta(days=1), timedelta(days=5), timedelta(days=10)
READ_EVERY = timedelta(days=37)
AWAY = (timedelta(days=100), timedelta(days=103))
"""Nothing runs in between: an outage of ours."""
# Ways of ending that some product may have, beside what those of the catalogue have.
MADE_UP = {
    "rolling": Lifetimes(refresh_days=20, rotates=True),
    "rolling_to_an_end": Lifetimes(refresh_days=60, rotates=True, sign_in_days=200),
    "end_told": Lifetimes(refresh_days=100, rotates=True, sign_in_days=300, sign_in_life_field="x_hard_life"),
    "life_told": Lifetimes(rotates=True, refresh_days=45, refresh_life_field="x_life", grace_seconds=1800),
    "early_refused": Lifetimes(access_seconds=600, refresh_days=30, rotates=True, earliest_refresh_seconds=30),
    "fixed": Lifetimes(refresh_days=90),
    "short": Lifetimes(refresh_days=7),
    "without_end": Lifetimes(),
    "in_other_words": Lifetimes(refresh_days=50, spent_errors=("The refresh token expired",)),
}


def products(tmp_path: Path) -> list[Software]:
    """Everything one can sign in to that the catalogue has, and what is made up."""
    shipped = load_catalogue(paths.config() / "software", None, make_settings(tmp_path))
    known = [one for one in shipped.values() if one.kind is SoftwareKind.OAUTH]
    return known + [make_software(id=name, name=name, tokens=tokens) for name, tokens in MADE_UP.items()]


def end_of(known: Lifetimes) -> timedelta | None:
    """How long a sign-in can last at most, as the catalogue has it."""
    days = [known.sign_in_days, None if known.rotates else known.refresh_days]
    return min((timedelta(days=one) for one in days if one is not None), default=None)


def is_made_up(product: Simulated) -> bool:
    return product.software.id in MADE_UP


@dataclass
class Watched:
    """One connection, and when it was first forecast and first lost."""

    product: Simulated
    rows: Rows
    began_at: datetime
    is_read: bool
    forecast_at: datetime | None = None
    lost_at: datetime | None = None
    failures: list[datetime] = field(default_factory=list)

    @property
    def ends_at(self) -> datetime | None:
        life = end_of(self.product.lifetimes)
        return None if life is None else self.began_at + life


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[tuple[Rig, tuple[Simulated, ...]]]:
    known = products(tmp_path)
    made = make_rig(tmp_path, catalogue=make_catalogue(make_software(id="sandbox")))
    with simulated(known, made.clock) as running:
        catalogue = make_catalogue(*(one.software for one in running))
        settings = with_credentials(made.ctx.settings, *catalogue)
        yield replace(made, ctx=replace(made.ctx, catalogue=catalogue, settings=settings)), running


def watch(rig: Rig, product: Simulated, *, is_read: bool) -> Watched:
    name = product.software.id
    rows = add_rows(rig.ctx, tokens=product.sign_in(), software=name, tenant_id=f"{name}-{is_read}")
    return Watched(product, rows, rig.ctx.now(), is_read)


def look(rig: Rig, watched: list[Watched]) -> None:
    """Note which have stopped working since the last look."""
    with rig.ctx.database.reading() as tx:
        found = tx.connection.exec_driver_sql("SELECT id, state FROM connections").all()
    states = {row[0]: row[1] for row in found}
    for one in watched:
        if states[one.rows.connection_id] != "linked" and one.lost_at is None:
            one.lost_at = rig.ctx.now()


def is_near(rig: Rig, watched: list[Watched]) -> bool:
    """Whether something is about to come into the forecast: then somebody looks every day."""
    ends = (one.ends_at - FORECAST - rig.ctx.now() for one in watched if one.ends_at is not None)
    return any(abs(left) <= 3 * DAY for left in ends)


def look_ahead(rig: Rig, user: User, watched: list[Watched]) -> None:
    """Note what the forecast shows for the first time."""
    page = foreseeing.browse(rig.ctx, user, WantedForecast(of="all", size=1_000)).page
    for one in watched:
        if one.forecast_at is None and one.rows.connection_id in {row.connection_id for row in page.rows}:
            one.forecast_at = rig.ctx.now()


def mails(rig: Rig, one: Watched) -> int:
    with rig.ctx.database.reading() as tx:
        query = "SELECT count(*) FROM messages WHERE kind = 'needs_reconnecting' AND request_id = ?"
        return int(tx.connection.exec_driver_sql(query, (one.rows.request_id,)).scalar_one())


def status(rig: Rig, one: Watched) -> str:
    with rig.ctx.database.reading() as tx:
        query = "SELECT status FROM requests WHERE id = ?"
        return str(tx.connection.exec_driver_sql(query, (one.rows.request_id,)).scalar_one())


def live(rig: Rig, watched: list[Watched], step: timedelta) -> None:
    """The days go by, and now and then somebody looks at the forecast."""
    began, who = rig.ctx.now(), {"organization": ORGANIZATION, "name": "Rita", "role": "viewer"}
    user = accounts.add_account(rig.ctx, "rita@northbank.example", "three plain words here", **who)
    while rig.ctx.now() < began + timedelta(days=DAYS):
        passed = rig.ctx.now() - began
        if not AWAY[0] <= passed < AWAY[1]:
            renewing.renew_due(rig.ctx)
            if passed % TIDY_EVERY == timedelta():
                housekeeping.tidy(rig.ctx)
            for one in watched if passed % READ_EVERY == timedelta() and passed else ():
                if one.is_read and one.lost_at is None:
                    read(rig, one)
            look(rig, watched)
            if passed % LOOK_EVERY == timedelta() or (passed % DAY == timedelta() and is_near(rig, watched)):
                look_ahead(rig, user, watched)
        rig.clock.time += step


def read(rig: Rig, one: Watched) -> None:
    try:
        granting.access_token(rig.ctx, one.rows.grant_id)
    except NeedsReauth:
        pass
    except SoftwareUnavailable:
        one.failures.append(rig.ctx.now())


@pytest.mark.parametrize("step", [STEP, pytest.param(timedelta(hours=1), marks=pytest.mark.slow)])
def test_nothing_runs_out_that_can_be_kept_alive_and_what_ends_is_told_before(
    rig: tuple[Rig, tuple[Simulated, ...]], step: timedelta, capsys: pytest.CaptureFixture[str]
) -> None:
    made, running = rig
    ways = [(product, way) for product in running for way in (False, True) if not (way and is_made_up(product))]
    watched = [watch(made, product, is_read=is_read) for product, is_read in ways]
    live(made, watched, step)
    told = [_line(made, one) for one in watched]
    with capsys.disabled():
        print("\n".join(("", *told)))
    for one in watched:
        name = (one.product.software.name, one.is_read)
        assert one.failures == [], name
        if one.ends_at is None or one.ends_at > made.ctx.now():
            assert (one.lost_at, mails(made, one)) == (None, 0), name
            assert one.ends_at is not None or one.forecast_at is None, name
            continue
        assert one.lost_at is not None, name
        assert one.forecast_at is not None, name
        assert one.ends_at <= one.lost_at <= one.ends_at + step, name
        assert one.forecast_at <= max(one.began_at, one.ends_at - FORECAST) + DAY, name
        assert one.forecast_at >= min(one.began_at, one.ends_at - FORECAST), name
        assert (mails(made, one), status(made, one)) == (1, "needs_reauth"), name


def _line(rig: Rig, one: Watched) -> str:
    known = one.product.lifetimes
    ends = "–" if one.ends_at is None else f"{(one.ends_at - one.began_at) // DAY} d"
    told = "–" if one.forecast_at is None else f"day {(one.forecast_at - one.began_at) // DAY}"
    lost = "–" if one.lost_at is None else f"day {(one.lost_at - one.began_at) // DAY}"
    way = "read" if one.is_read else "idle"
    life = f"{known.refresh_days} d" if known.refresh_days else "no end"
    return (
        f"{one.product.software.name:24} {way:5} refresh {life:7} ends {ends:7} renewed {one.product.refreshes:4} "
        f"forecast {told:8} lost {lost:8} mails {mails(rig, one)}"
    )

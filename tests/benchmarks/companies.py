"""The list of companies with a hundred and with a hundred thousand in the store: queries, and how much slower.

Each figure is the worst of the list, every filter, every order both ways, and searches; both stores are asked in turns.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_plus

from flask.testing import FlaskClient

from linkflow import create_app
from linkflow.domain.requests import RequestStatus
from linkflow.jobs.upgrade import upgrade
from linkflow.services import accounts
from linkflow.services.context import Context
from linkflow.store.company_list import Sort
from linkflow.web.portal.paths import SIGN_IN
from linkflow.wiring import context_from
from tests.benchmarks.many_companies import ORGANIZATION, fill
from tests.benchmarks.pages import environment
from tests.benchmarks.results import Figure

FEW, MANY = 100, 100_000
ROUNDS = 9
EMAIL, PASSWORD = "rm@example.com", "three plain words here"
SEARCHES = {
    "one": "000042",
    "a few": "firm31.ex",
    "hundreds": "kebab foods 01",
    "a sixth": "zeta",
    "all": "ltd",
    "all, several words": "anna owner ltd example",
    "none": "xyzzy",
    "one letter": "z",
    "two letters": "ze",
    "an address": "anna77@",
    "signs": '"ltd" AND 100%',
}


@dataclass
class Store:
    """One database, and a browser signed in to the portal on it."""

    ctx: Context
    client: FlaskClient

    def look(self, path: str) -> float:
        """Seconds to answer; RuntimeError for any answer but 200."""
        begun = time.perf_counter()
        answer = self.client.get(path, base_url=self.ctx.settings.public_url)
        took = time.perf_counter() - begun
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return took

    def queries(self, path: str) -> int:
        """Statements of one answer; those that only open a transaction are not counted."""
        with self.ctx.database.counted() as statements:
            self.look(path)
        return len(statements)


def measure() -> list[Figure]:
    """Every figure of this module."""
    with _store(FEW) as few, _store(MANY) as many:
        looks = _looks()
        counts = {name: (few.queries(path), many.queries(path)) for name, path in looks.items()}
        times = {name: _compare(few, many, path) for name, path in looks.items()}
    for name, (slow, quick) in times.items():
        took = f"{quick * 1000:>7.1f} ms  {slow * 1000:>7.1f} ms  {slow / quick:>5.2f}"
        print(f"  {name:<40} {took}  {counts[name][1]} queries")
    worst = max(times, key=lambda name: times[name][0] / times[name][1])
    ratio = times[worst][0] / times[worst][1]
    most = [max(count[place] for count in counts.values()) for place in (0, 1)]
    unequal = [name for name, (one, other) in counts.items() if one != other]
    note = f"unequal: {', '.join(unequal)}" if unequal else "the same on every one"
    return [
        Figure("companies_list_queries_100", most[0], "queries"),
        Figure("companies_list_queries_100k", most[1], "queries", most[0], most[1] / most[0], note),
        Figure("companies_list_100k_vs_100", ratio, "ratio", reference=3, ratio=ratio / 3, note=f"worst: {worst}"),
    ]


def _compare(few: Store, many: Store, path: str) -> tuple[float, float]:
    """The larger and the smaller store at their quickest, over rounds taken in turns: others use the machine, too."""
    slow, quick = [], []
    for _ in range(ROUNDS):
        slow.append(many.look(path))
        quick.append(few.look(path))
    return min(slow), min(quick)


def _looks() -> dict[str, str]:
    """What is looked at, and its address."""
    here = "/portal/companies"
    found = {"mine": here, "all": f"{here}?of=all", "nobody's": f"{here}?of=nobody"}
    found["a colleague's"] = f"{here}?of=colleague03"
    for sort in Sort:
        found |= {f"all by {way}{sort}": f"{here}?of=all&sort={way}{sort}" for way in ("", "-")}
    for status in ("not-asked", *RequestStatus):
        found |= {f"{of} {status}": f"{here}?of={of}&status={status}" for of in ("all", "me")}
    for name, words in SEARCHES.items():
        typed = quote_plus(words)
        found[f"search {name}"] = f"{here}?of=all&q={typed}"
        found[f"search {name}, by name"] = f"{here}?of=all&sort=name&q={typed}"
        found[f"search {name}, nobody's"] = f"{here}?of=nobody&q={typed}"
        found[f"search {name}, mine available"] = f"{here}?status=available&q={typed}"
    return found


@contextmanager
def _store(count: int) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        told = environment(Path(folder), 80)
        upgrade(context_from(told).settings.database_url)
        ctx = context_from(told)
        user = accounts.add_account(
            ctx, EMAIL, PASSWORD, organization=ORGANIZATION, name="Rita Manning", role="manager"
        )
        begun = time.perf_counter()
        fill(ctx, user, count)
        print(f"  {count} companies made in {time.perf_counter() - begun:.0f} s")
        yield Store(ctx, signed_in(ctx))
        ctx.database.dispose()


def signed_in(ctx: Context) -> FlaskClient:
    """A browser signed in to the portal."""
    client, base = create_app(ctx).test_client(), ctx.settings.public_url
    page = client.get(SIGN_IN, base_url=base).get_data(as_text=True)
    token = re.search(r'name="linkflow_csrf" value="([^"]+)"', page)
    typed = {"linkflow_csrf": token[1] if token else "", "email": EMAIL, "password": PASSWORD}
    answer = client.post(SIGN_IN, data=typed, base_url=base)
    if answer.status_code != 303:
        raise RuntimeError(f"signing in answered {answer.status_code}")
    return client

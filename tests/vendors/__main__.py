"""`python -m tests.vendors <id> --port 0`: one fake vendor in its own process; prints where it can be reached."""

import argparse
import contextlib
from datetime import date

from tests.vendors import make, vendor_ids
from tests.vendors.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.vendors", description="Serve one fake vendor.")
    parser.add_argument("software", choices=vendor_ids())
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--bills", type=int, default=240, help="how many bills the company has")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--today", type=date.fromisoformat, help="the day the books are of (default: the present one)")
    parser.add_argument("--limits", action="store_true", help="hold the vendor's limits on calls")
    asked = parser.parse_args()
    vendor = make(asked.software, size=asked.bills, seed=asked.seed, today=asked.today, holds_limits=asked.limits)
    with contextlib.suppress(KeyboardInterrupt):
        serve(vendor, port=asked.port)


if __name__ == "__main__":
    main()

"""`python -m linkflow`: the same as the `linkflow` command."""

import sys

from linkflow.cli import main

sys.exit(main())

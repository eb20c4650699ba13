"""`python -m tests.fuzz filters --count 10000 [--seed N]`: random clauses against their documented meaning."""

import argparse
import sys

from tests.fuzz.filters import compared


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("what", choices=["filters"])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    done, apart = compared(given.seed, given.count)
    for one in apart[:20]:
        print(one)
    print(f"{done} clauses of seed {given.seed}: {len(apart)} do not mean what is documented")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())

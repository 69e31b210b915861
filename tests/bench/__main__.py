"""`make bench [ARGS="core media"]`: measure, print a table, write `build/bench.json`."""

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

import msgspec

import tests.bench
from tests.bench.table import Report, Row, machine, show

NAMES = sorted(
    m.name.removeprefix("bench_")
    for m in pkgutil.iter_modules(tests.bench.__path__)
    if m.name.startswith("bench_")
)


def main() -> int:
    """Run the named benches, or all of them."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="BENCH", help=f"which: {', '.join(NAMES)}; all if none is named"
    )
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"), help="where the JSON goes")
    parser.add_argument("--cycles", type=int, default=20, help="how often the crash bench kills the server")
    options = parser.parse_args()
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"no such bench: {', '.join(sorted(unknown))} (there are {', '.join(NAMES)})")
    about, rows = machine(), list[Row]()
    for name in options.names or NAMES:
        sys.stderr.write(f"{name} ...\n")
        bench = importlib.import_module(f"tests.bench.bench_{name}")
        rows += bench.measure(options.cycles) if name == "crash" else bench.measure()
    report = Report(machine=about, rows=tuple(rows))
    sys.stdout.write(show(report) + "\n")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())

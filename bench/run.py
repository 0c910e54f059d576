"""Run the benchmarks one after the other.

    make bench                         all of them
    make bench ARGS="sending planning" some of them

Each is a module of its own, `python -m bench.NAME`, that measures its work and its baseline in the same run and prints
lines `what | value | baseline | ratio`. Figures of one run may be compared with each other, not with another machine's.
"""

import subprocess
import sys

BENCHMARKS = [
    "answering", "planning", "judging", "dryrun", "sending", "texting", "chatting", "backlog", "searching", "dashboard",
    "explorer", "tagging", "nightly", "inbox", "inbound", "widget", "companies", "importing",
]  # fmt: skip


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(BENCHMARKS))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr)
        return 2
    failed = []
    for name in names or BENCHMARKS:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"Did not finish: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Look up known faults of the packages we pin, and list them for others: `make audit`, `make sbom`.

    python -m workshop.dependencies audit             by pip-audit; 1 when a pinned version has a known fault
    python -m workshop.dependencies sbom [FILE]       the packages of requirements.lock as CycloneDX 1.6 in JSON

The tools live in an environment of their own. Where the service that knows the faults does not answer, or does not know
our packages, that is said, and nothing is held against them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from workshop.home import LOCAL, PROJECT
from workshop.trouble import Trouble

LOCKS = ("requirements.lock", "requirements-dev.lock")
TOOLS = ("pip-audit>=2.10,<3", "cyclonedx-bom>=7,<8")
HOME = LOCAL / "dependencies"
BIN = HOME / "bin"
SBOM = LOCAL / "plumb.cdx.json"
SECONDS = 300


def audit() -> int:
    """Print what is known of our packages and return the exit status."""
    faults = 0
    for lock in LOCKS:
        report = _asked(lock)
        if report is None:
            print(f"{lock}: NOT AUDITED, the service that knows the faults does not answer here.")
            continue
        sentence, found = judged(report)
        print(f"{lock}: {sentence}")
        faults += found
    return min(faults, 1)


def judged(report: dict[str, Any]) -> tuple[str, int]:
    """Return what a report of pip-audit comes to, in words, and the number of packages with known faults."""
    packages = report["dependencies"]
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    faulty = [package for package in packages if package.get("vulns")]
    if len(unknown) == len(packages):
        return "NOT AUDITED, the service that answers here knows none of our packages.", 0
    lines = [
        f"  {package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or '–'}"
        for package in faulty
        for fault in package["vulns"]
    ]
    looked_at = len(packages) - len(unknown)
    sentence = f"{looked_at} of {len(packages)} packages looked up, {len(faulty)} with known faults"
    if unknown:
        sentence += f"; not known there: {', '.join(unknown)}"
    return "\n".join([sentence, *lines]), len(faulty)


def write_sbom(place: Path) -> int:
    """Write the bill of materials: every package of the image with version, hashes and package URL."""
    _install_tools()
    place.parent.mkdir(parents=True, exist_ok=True)
    about: list[str | Path] = [
        "--pyproject",
        PROJECT / "pyproject.toml",
        "--mc-type",
        "application",
        "--output-reproducible",
    ]
    command: list[str | Path] = [
        BIN / "cyclonedx-py",
        "requirements",
        *about,
        "--of",
        "JSON",
        "--sv",
        "1.6",
        "-o",
        place,
    ]
    done = subprocess.run([*command, PROJECT / LOCKS[0]], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Trouble(f"The bill of materials could not be made: {done.stderr[-500:]}")
    components = json.loads(place.read_text())["components"]
    print(f"{place} names {len(components)} packages.")
    return 0


def _asked(lock: str) -> dict[str, Any] | None:
    _install_tools()
    command: list[str | Path] = [
        BIN / "pip-audit",
        "--requirement",
        PROJECT / lock,
        "--require-hashes",
        "--disable-pip",
        "-f",
        "json",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
        return dict(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        return None


def _install_tools() -> None:
    if (BIN / "pip-audit").exists() and (BIN / "cyclonedx-py").exists():
        return
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], capture_output=True, check=False)
    pip: list[str | Path] = [BIN / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", *TOOLS]
    if made.returncode or subprocess.run(pip, capture_output=True, check=False).returncode:
        raise Trouble(f"{' and '.join(TOOLS)} could not be installed here.")


def main(arguments: list[str]) -> int:
    wish, *rest = arguments or [""]
    if wish not in {"audit", "sbom"}:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return audit() if wish == "audit" else write_sbom(Path(rest[0]) if rest else SBOM)
    except Trouble as trouble:
        print(f"NOT DONE: {trouble}")
        return int(wish == "sbom")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

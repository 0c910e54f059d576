"""The reference values, and how near to them a number must come."""

import json
from pathlib import Path

import pytest
from hypothesis import strategies as st

from analytics.counts import Counts

VECTORS = json.loads((Path(__file__).parents[1] / "oracle" / "stats_vectors.json").read_text())

COUNTS = st.builds(Counts, *[st.integers(0, 60)] * 3)
ANSWERED = COUNTS.filter(lambda counts: counts.n)
# A sum of floats may be off by this much; nothing that is shown is.
ROUNDING = 1e-9


def cases(group):
    """Return the cases of a group as parameters: given, expected, tolerance."""
    found = VECTORS[group]
    return pytest.mark.parametrize(
        ("given", "expected", "tolerance"),
        [(case["input"], case["output"], found["tolerance_abs"]) for case in found["cases"]],
    )


def near(expected, tolerance):
    return pytest.approx(expected, abs=tolerance, rel=0)


def ends(interval):
    return [interval.low, interval.high]

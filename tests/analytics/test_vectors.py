import re
from pathlib import Path

from tests.analytics.vectors import VECTORS


def test_every_group_of_reference_values_is_held_by_a_test():
    texts = [path.read_text() for path in Path(__file__).parent.rglob("test_*.py")]

    held = {group for text in texts for group in re.findall(r'^@cases\("(\w+)"\)', text, re.MULTILINE)}

    assert held == set(VECTORS) - {"_meta"}

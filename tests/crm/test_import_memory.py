import io
import tracemalloc
from itertools import islice

import pytest

from crm.imports import mapping
from crm.imports.converter import Converter
from crm.imports.files import encoding_of
from crm.imports.report import ImportReport
from crm.imports.table_import import BATCH
from crm.imports.tables import layout_of, lines_of
from crm.imports.uniqueness import SeenInDatabase, without_repeats
from crm.models import ImportRun

MAPPING = """
source = "shop"
[[table]]
file = "a.csv"
to = "contact"
[table.columns]
external_id = "id"
first_name = "name"
email = { column = "mail", unique = true, bad = "leave out" }
"""
MEGABYTE = 1_000_000


class Rows(io.RawIOBase):
    """A file of so many rows that is nowhere."""

    def __init__(self, count):
        self.rows = (f"{n},Žemyna {n},contact{n}@shop.example,{'x' * 60}\n".encode() for n in range(count))
        self.rest = b"id,name,mail,note\n"

    def readable(self):
        return True

    def readinto(self, buffer):
        while len(self.rest) < len(buffer) and (row := next(self.rows, None)):
            self.rest += row
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def peak(work):
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def files(count):
    return {"a.csv": lambda: io.BufferedReader(Rows(count))}


def read(count, run):
    (table,) = mapping.read(MAPPING).tables
    converter, seen = Converter(table, ImportReport()), SeenInDatabase(run)
    lines = lines_of(files(count), table, layout_of(files(count), table))
    taken = 0
    while batch := list(islice(lines, BATCH)):
        taken += len(without_repeats(converter, [converter.convert(line) for line in batch], seen, 0))
    assert taken == count


@pytest.mark.django_db
@pytest.mark.timeout(300)
def test_memory_does_not_grow_with_the_rows():
    small = peak(lambda: read(2_000, ImportRun.objects.create()))

    large = peak(lambda: read(20_000, ImportRun.objects.create()))

    assert large < small + 1 * MEGABYTE


def test_the_encoding_of_a_large_file_is_found_in_little_memory():
    assert peak(lambda: encoding_of(files(100_000), "a.csv", "")) < 2 * MEGABYTE

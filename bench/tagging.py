"""Finding topics in comments: the tagger alone, reading all comments anew, and the page of topics.

    python -m bench.tagging [--comments 1000000] [--rounds 15]

The tagger is set against one regular expression of the same single words, which knows no phrases; on a tenth of the
comments, for it takes long. Reading anew follows a change of one word, and is set against fetching all comments; the
page against one pass over all answers. Works in a database of its own beside DATABASE_URL, dropped at the end.
"""

import argparse
import csv
import itertools
import os
import random
import re
import statistics
import time
from pathlib import Path

from bench.dashboard import log_in, milliseconds, p95, prepare, seconds_of_pass
from bench.planning import run_sql
from bench.scratch import collected_static, scratch_database

LABELLED = Path(__file__).parent.parent / "tests" / "oracle" / "comments.csv"
PAGES = ["?period=12m", "?period=90d", "?period=24m", "?manager={manager}", "?period=last-12m"]


def comments(number):
    """Return so many comments, of two labelled ones each, with a word that no other has."""
    said = [row["text"] for row in csv.DictReader(LABELLED.read_text().splitlines())]
    chance = random.Random(1)
    return [f"{chance.choice(said)}. {chance.choice(said)} {place:x}" for place in range(number)]


def seconds(work, clock=time.perf_counter):
    started = clock()
    work()
    return clock() - started


def seconds_of_expression(texts, dictionary):
    """Return how long one expression of the single words takes: what one would write first."""
    from responses.topics.patterns import normal

    words = itertools.chain.from_iterable(itertools.chain(*by.values()) for by in dictionary.patterns.values())
    parts = [re.escape(normal(word)).replace(r"\*", r"\w*") for word in words if " " not in word]
    found = re.compile(rf"\b(?:{'|'.join(sorted(parts, key=len, reverse=True))})\b")
    return seconds(lambda: [found.findall(normal(text)) for text in texts], time.process_time)


def fill():
    """Give all answers one of many comments; they are found new, as after an import."""
    from django.db import connection

    texts = comments(20_000)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE said (place int PRIMARY KEY, text text)")
        cursor.execute("INSERT INTO said SELECT * FROM unnest(%s::int[], %s::text[])", [list(range(len(texts))), texts])
        cursor.execute(
            "UPDATE responses_response SET comment = said.text FROM said WHERE said.place = id %% %s", [len(texts)]
        )


def publish_a_change():
    from responses.models import TopicDictionary
    from responses.topics import upkeep

    newest = TopicDictionary.newest()
    patterns = {**newest.patterns, "website": {**newest.patterns["website"], "en": ["page*"]}}
    upkeep.publish(patterns=patterns, ignored=newest.ignored, by=None, instead_of=newest.number)


def fetch_all():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, folded_comment FROM responses_response WHERE comment <> ''")
        while cursor.fetchmany(5000):
            pass


def tag_all():
    from responses.topics import upkeep

    while upkeep.tag_due():
        pass


def run(number, rounds):
    """Yield (name, value, baseline, ratio) of each figure."""
    from accounts.models import User
    from responses.models import Response, TopicDictionary
    from responses.topics import upkeep
    from responses.topics.tagger import Tagger

    with scratch_database("tagging"):
        dictionary = TopicDictionary.newest()
        tagger, texts = Tagger(dictionary.patterns, dictionary.ignored), comments(number)
        taken = seconds(lambda: [tagger.topics(text) for text in texts], time.process_time)
        plain = 10 * seconds_of_expression(texts[::10], dictionary)
        name = f"tagger, {number:,} comments, on one core; one regular expression"
        yield name, f"{taken:.1f} s", f"{plain:.1f} s", f"{taken / plain:.2f}"
        prepare(number)
        fill()
        run_sql("VACUUM ANALYZE responses_response")
        fetched = seconds(fetch_all)
        commented = Response.objects.exclude(comment="").count()
        taken = seconds(tag_all)
        name = f"{commented:,} new comments; fetching them"
        yield name, f"{taken:.1f} s", f"{fetched:.1f} s", f"{taken / fetched:.1f}"
        run_sql("VACUUM ANALYZE responses_response; VACUUM ANALYZE responses_responsetopic")
        publish_a_change()
        taken = seconds(upkeep.retag)
        name = f"{commented:,} comments anew; fetching them"
        yield name, f"{taken:.1f} s", f"{fetched:.1f} s", f"{taken / fetched:.1f}"
        client, pages = log_in(), [page.format(manager=User.objects.first().pk) for page in PAGES]
        shown = [
            seconds(lambda page=page: client.get(f"/dashboard/topics/{page}", secure=True))
            for page in itertools.islice(itertools.cycle(pages), rounds + len(pages))
        ][len(pages) :]
        baseline = seconds_of_pass(9)
        for name, value in (("p95", p95(shown)), ("p50", statistics.median(shown))):
            yield (
                f"page of topics, {name}, {number:,} answers; one pass without parallel workers",
                milliseconds(value), milliseconds(baseline), f"{value / baseline:.2f}",
            )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comments", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with collected_static():
        for figure in run(options.comments, options.rounds):
            print(" | ".join(figure), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nps_project.settings")
    main()

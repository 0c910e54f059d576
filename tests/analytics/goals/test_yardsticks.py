import pytest
from django.contrib.admin.sites import site
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from analytics.clusters import Spread
from analytics.counts import Counts
from analytics.dashboard import bands
from analytics.dashboard.report import Figures
from analytics.models import Band, Benchmark
from tests.analytics.answers import answer, scores

pytestmark = pytest.mark.django_db

SOURCE = {"source": "Survey of Wholesalers", "url": "https://benchmarks.example/2025", "year": 2025}


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(1900, 90, 10), "excellent"),
        (Counts(650, 300, 50), "good"),
        (Counts(600, 300, 100), "fair to good"),
        (Counts(60, 20, 20), "low to good"),
        (Counts(50, 10, 40), "critical to low"),
        (Counts(0, 0, 300), "critical"),
        (Counts(29), ""),
        (Counts(), ""),
    ],
)
def test_every_band_that_the_interval_touches_is_named(counts, said):
    assert bands.of(Figures("nps", counts)).said == said


def test_answers_that_hang_together_touch_more_bands():
    assert bands.of(Figures("nps", Counts(650, 300, 50), spread=Spread(30, 9))).said == "fair to excellent"


def test_a_metric_without_bands_has_none():
    assert bands.of(Figures("csat", Counts(90, 5, 5))) is None


def test_bands_speak_the_language_of_the_reader():
    with translation.override("uk"):
        assert bands.of(Figures("nps", Counts(1900, 90, 10))).said == "відмінно"


def test_bands_are_changed_in_the_administration(client, administrator, show, version):
    answer(version, scores(1900 // 10, 9, 1))
    band = Band.objects.get(metric="nps", lowest=70)
    client.force_login(administrator)

    client.post(
        reverse("admin:analytics_band_change", args=[band.pk]),
        {"metric": "nps", "lowest": "80", "name_en": "superb", "name_uk": "чудово", "name_ru": "", "name_lt": ""},
    )

    band.refresh_from_db()
    assert (band.lowest, band.names) == (80, {"en": "superb", "uk": "чудово"})
    page = show()
    assert 'data-band="superb"' in page.html
    assert "good 50 … 80" in page.text


def test_a_benchmark_is_drawn_with_its_source(show, version):
    answer(version, scores(60, 20, 20))
    Benchmark.objects.create(metric="nps", name="wholesale, Europe", value=33, **SOURCE)
    Benchmark.objects.create(metric="nps", name="put away", value=77, is_shown=False, **SOURCE)
    Benchmark.objects.create(metric="csat", name="of another metric", value=88, **SOURCE)

    page = show()

    assert page.html.count("chart__level--benchmark") == 2
    assert "benchmark: 33" in page.html
    assert 'href="https://benchmarks.example/2025"' in page.html
    assert "wholesale, Europe 33 (Survey of Wholesalers, 2025)" in page.text
    assert "put away" not in page.text
    assert "of another metric" not in page.text


@pytest.mark.parametrize("missing", ["source", "url", "name"])
def test_there_is_no_benchmark_without_a_source(missing):
    with pytest.raises(IntegrityError), transaction.atomic():
        Benchmark.objects.create(**{"metric": "nps", "name": "x", "value": 33, **SOURCE, missing: ""})


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://benchmarks.example/x", "nowhere"])
def test_a_source_is_a_page_that_can_be_opened(url):
    with pytest.raises(ValidationError) as refused:
        Benchmark(metric="nps", name="x", value=33, **{**SOURCE, "url": url}).full_clean()

    assert list(refused.value.error_dict) == ["url"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (Benchmark(metric="csat", name="x", value=-10, **SOURCE), "value"),
        (Band(metric="ces", lowest=-1, names={"en": "x"}), "lowest"),
    ],
    ids=["benchmark", "band"],
)
def test_what_lies_beyond_the_scale_of_its_metric_is_refused(row, field):
    with pytest.raises(ValidationError) as refused:
        row.full_clean()

    assert refused.value.message_dict == {field: ["Choose a number from 0 to 100."]}


def test_both_are_in_the_administration():
    assert {Band, Benchmark} <= set(site._registry)

import random

import pytest

from accounts.colours import DARK_SURFACE, LIGHT_SURFACE, WHITE, contrast, edge, ink, stylesheet, text_on


def colours():
    chance = random.Random(7)
    known = ["#000000", "#ffffff", "#777777", "#767676", "#ffff00", "#0000ff", "#155e75", "#ff0000", "#00ff00"]
    return known + [f"#{chance.randrange(0x1000000):06x}" for _ in range(300)]


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#767676", "#ffffff", 4.54)])
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_text_can_be_read_on_every_brand_colour():
    assert min(contrast(colour, text_on(colour)) for colour in colours()) >= 4.5


@pytest.mark.parametrize("surface", [LIGHT_SURFACE, DARK_SURFACE])
def test_ink_of_every_brand_can_be_read_on_the_surface(surface):
    assert min(contrast(ink(colour, surface), surface) for colour in colours()) >= 4.5


def test_colour_that_reads_well_stays_as_it_is():
    assert ink("#155e75", LIGHT_SURFACE) == "#155e75"
    assert stylesheet("#ffd400").startswith(":root{--brand:#ffd400;--on-brand:#000000;")


@pytest.mark.parametrize("surface", [WHITE, DARK_SURFACE])
def test_every_button_has_an_edge_that_can_be_seen(surface):
    assert min(contrast(edge(colour, surface), surface) for colour in colours()) >= 3


def test_a_colour_that_stands_out_is_its_own_edge():
    assert edge("#c0392b", WHITE) == "#c0392b"
    assert edge("#ffee00", WHITE) == ink("#ffee00", WHITE)

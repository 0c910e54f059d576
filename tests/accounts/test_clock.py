from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import clock


def test_without_an_override_it_is_the_wall_clock(settings):
    settings.CLOCK_OFFSET_FILE = ""

    assert abs(clock.now() - timezone.now()) < timedelta(seconds=1)


def test_advancing_moves_every_reader_of_the_file(settings, tmp_path, capsys):
    settings.CLOCK_OFFSET_FILE = str(tmp_path / "offset")

    call_command("advance_clock", days=5)
    call_command("advance_clock", hours=1)

    assert abs(clock.now() - timezone.now() - timedelta(days=5, hours=1)) < timedelta(seconds=1)
    assert "for Plumb" in capsys.readouterr().out


def test_advancing_the_real_clock_is_refused(settings):
    settings.CLOCK_OFFSET_FILE = ""

    with pytest.raises(CommandError, match="CLOCK_OFFSET_FILE"):
        call_command("advance_clock", days=1)

from datetime import timedelta

from delivery.backoff import MOST_ATTEMPTS, delay_after


def test_the_delay_doubles_from_a_minute_to_two_hours():
    delays = [delay_after(attempts, jitter=0) for attempts in range(1, 10)]

    minutes = [1, 2, 4, 8, 16, 32, 64, 120, 120]
    assert delays == [timedelta(minutes=each) for each in minutes]


def test_jitter_stretches_a_delay_by_up_to_a_half():
    assert delay_after(1, jitter=1) == timedelta(seconds=90)
    assert delay_after(9, jitter=0.5) == timedelta(minutes=150)


def test_attempts_end_after_more_than_three_days():
    delays = [delay_after(attempts, jitter=0) for attempts in range(1, MOST_ATTEMPTS + 1)]

    assert delays[-1] is None
    assert sum(delays[:-1], timedelta()) > timedelta(days=3)

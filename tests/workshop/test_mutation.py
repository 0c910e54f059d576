import pytest

from workshop.mutation import judged


@pytest.mark.parametrize(
    ("killed", "timeout", "survived", "sentence", "is_enough"),
    [
        (88, 2, 10, "90 of 100 mutants are noticed: 90.0%.", True),
        (899, 0, 101, "899 of 1000 mutants are noticed: 89.9%.", False),
    ],
)
def test_nine_of_ten_mutants_are_enough_and_hardly_fewer_are_not(killed, timeout, survived, sentence, is_enough):
    counted = {
        "killed": killed, "timeout": timeout, "segfault": 0, "survived": survived,
        "total": killed + timeout + survived,
    }  # fmt: skip

    assert judged(counted) == (sentence, is_enough)

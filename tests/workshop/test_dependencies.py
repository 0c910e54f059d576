from workshop.dependencies import judged, main

WELL = {"name": "amqp", "version": "5.4.2", "vulns": []}
FAULTY = {"name": "django", "version": "5.2.1", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["5.2.9"]}]}
UNKNOWN = {"name": "vine", "skip_reason": "not found"}


def test_a_known_fault_is_named_with_its_remedy_and_counts():
    sentence, found = judged({"dependencies": [WELL, FAULTY, UNKNOWN]})

    assert found == 1
    assert sentence.splitlines() == [
        "2 of 3 packages looked up, 1 with known faults; not known there: vine",
        "  django 5.2.1: PYSEC-2026-1, mended in 5.2.9",
    ]


def test_packages_without_faults_pass():
    assert judged({"dependencies": [WELL]}) == ("1 of 1 packages looked up, 0 with known faults", 0)


def test_a_service_that_knows_nothing_is_no_clean_bill():
    sentence, found = judged({"dependencies": [UNKNOWN, UNKNOWN]})

    assert found == 0
    assert sentence.startswith("NOT AUDITED")


def test_an_unknown_wish_is_refused(capsys):
    assert main(["bless"]) == 2
    assert "audit" in capsys.readouterr().err

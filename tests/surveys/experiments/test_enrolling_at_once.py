from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from surveys.experiments.enrolment import enrol
from surveys.models import Enrolment, ExperimentArm, Invitation
from tests.factories import ContactFactory
from tests.surveys.experiments.running import NOW, arm_of, due, experiment

pytestmark = pytest.mark.django_db(transaction=True)
TWO = ({"name": "usual"}, {"name": "short", "subjects": {"en": "One question"}})


def test_workers_at_one_contact_at_once_agree_on_its_arm():
    running = experiment(*TWO)
    workers = 6
    person = ContactFactory()
    asked = [due(running.survey, person) for _number in range(workers)]
    barrier = Barrier(workers)

    def work(invitation):
        try:
            one = Invitation.objects.select_related("contact", "survey").with_experiments(NOW).get(pk=invitation.pk)
            barrier.wait(timeout=30)
            # Each of them has seen other shares.
            ExperimentArm.objects.filter(name="usual").update(share=1 + invitation.pk % 99)
            enrol([one], NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, asked))

    (arm,) = {arm_of(invitation) for invitation in asked}
    assert Enrolment.objects.get().arm == arm

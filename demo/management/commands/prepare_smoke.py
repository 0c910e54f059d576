import json
from datetime import time
from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts import roles
from accounts.models import ClientKey, Team, User
from demo.logins import PASSWORD
from surveys.models import Survey, SurveyVersion, Trigger
from surveys.texts import STANDARD


class Command(BaseCommand):
    help = "Set an empty database up for the smoke run and print how to reach it, as JSON."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        team = Team.objects.create(name="Sales North")
        agent = self._person("agent@plumb.example", "Jonas Agent", roles.AGENTS, team)
        manager = self._person("manager@plumb.example", "Olena Manager", roles.MANAGERS, team)
        self._survey()
        key = ClientKey(name="Smoke CRM", source="smoke", scopes=[ClientKey.Scope.WRITE])
        secret = key.draw_secret()
        key.save()
        facts = {"client_key": secret, "agent": agent.email, "manager": manager.email, "password": PASSWORD}
        self.stdout.write(json.dumps(facts))

    def _person(self, email: str, name: str, role: str, team: Team) -> User:
        person = User.objects.create_user(email, PASSWORD, name=name, team=team, source="smoke", external_id=email)
        person.groups.add(Group.objects.get(name=role))
        return person

    def _survey(self) -> None:
        survey = Survey.objects.create(name="After the purchase", brand_name="Alder & Co", status=Survey.Status.ACTIVE)
        SurveyVersion.objects.create(survey=survey, number=1, texts=STANDARD).publish()
        # The send window never closes, so that the run does not depend on the hour at which it is made.
        Trigger.objects.create(
            survey=survey,
            name="Five days after a deal is won",
            window_start=time.min,
            window_end=time.max,
            window_weekdays=[1, 2, 3, 4, 5, 6, 7],
            is_active=True,
        )

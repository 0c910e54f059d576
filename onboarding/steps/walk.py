"""The steps in their order."""

from collections.abc import Callable

from onboarding.steps import company, customers, mail, people, trial, trigger, wording
from onboarding.steps.installation import SetupFacts
from onboarding.steps.step import SetupStep

STEPS: tuple[Callable[[SetupFacts], SetupStep], ...] = (
    company.step, mail.step, trial.step, wording.step, customers.step, people.step, trigger.step,
)  # fmt: skip


def walk(there: SetupFacts) -> list[SetupStep]:
    return [step(there) for step in STEPS]

"""What customers of the demo company are asked after the score and its reason, and what they say to it."""

from random import Random

from demo.data.world import Choice, World
from responses.models import FurtherAnswer, Response
from surveys.metrics import Category, Tier
from surveys.wording.further import FurtherQuestion, QuestionKind, QuestionText

SEED = 11
INFORMED, MISSED, HEARD, CALL_ME = "inform", "missed", "heardo", "callme"
# How many of those who are asked say something, and of those who are not content, how many want a call.
SAID, WANTED_A_CALL = 0.64, 0.19
# By category: how well they say that they were informed.
STEPS = {
    Category.DETRACTOR: {1: 20, 2: 30, 3: 28, 4: 15, 5: 7},
    Category.PASSIVE: {2: 8, 3: 32, 4: 40, 5: 20},
    Category.PROMOTER: {3: 7, 4: 33, 5: 60},
}
# Faster delivery first: it is the topic that went wrong.
WANTED = {"1": 46, "2": 14, "3": 12, "4": 23, "5": 5}
HEARD_FROM = {"1": 41, "2": 29, "3": 14, "4": 10, "5": 6}


def _options(*names: str) -> dict[str, str]:
    return {str(number): name for number, name in enumerate(names, 1)}


QUESTIONS = [
    FurtherQuestion(
        INFORMED,
        QuestionKind.SCALE,
        texts={
            "en": QuestionText("How well did we keep you informed?", low="Not at all", high="Very well"),
            "uk": QuestionText("Наскільки добре ми тримали вас у курсі?", low="Зовсім ні", high="Дуже добре"),
            "ru": QuestionText("Насколько хорошо мы держали вас в курсе?", low="Совсем нет", high="Очень хорошо"),
            "lt": QuestionText("Ar gerai Jus informavome?", low="Visai ne", high="Labai gerai"),
        },
    ),
    FurtherQuestion(
        MISSED,
        QuestionKind.MANY,
        (Tier.BAD, Tier.MIDDLE),
        {
            "en": QuestionText(
                "What would have made the biggest difference?",
                _options("Faster delivery", "Clearer prices", "Better advice", "Quicker answers", "Something else"),
            ),
            "uk": QuestionText(
                "Що змінило б найбільше?",
                _options("Швидша доставка", "Зрозуміліші ціни", "Краща порада", "Швидші відповіді", "Щось інше"),
            ),
            "ru": QuestionText(
                "Что изменило бы больше всего?",
                _options("Более быстрая доставка", "Более понятные цены", "Более полезный совет",
                         "Более быстрые ответы", "Что-то другое"),
            ),
            "lt": QuestionText(
                "Kas būtų pakeitę daugiausia?",
                _options("Greitesnis pristatymas", "Aiškesnės kainos", "Geresnis patarimas", "Greitesni atsakymai",
                         "Kas nors kita"),
            ),
        },
    ),
    FurtherQuestion(
        HEARD,
        QuestionKind.SINGLE,
        texts={
            "en": QuestionText(
                "How did you first hear of us?",
                _options("From a colleague or a friend", "Searching the web", "At a trade fair",
                         "From an advertisement", "I do not remember"),
            ),
            "uk": QuestionText(
                "Як ви вперше про нас дізналися?",
                _options("Від колег чи знайомих", "З пошуку в інтернеті", "На виставці", "З реклами", "Не пам’ятаю"),
            ),
            "ru": QuestionText(
                "Как вы впервые о нас узнали?",
                _options("От коллег или знакомых", "Через поиск в интернете", "На выставке", "Из рекламы",
                         "Не помню"),
            ),
            "lt": QuestionText(
                "Kaip apie mus sužinojote?",
                _options("Iš kolegų ar pažįstamų", "Ieškodami internete", "Parodoje", "Iš reklamos", "Neprisimenu"),
            ),
        },
    ),
    FurtherQuestion(CALL_ME, QuestionKind.CALL, (Tier.BAD,)),
]  # fmt: skip


def say_further(world: World, responses: list[Response]) -> None:
    """Let many of those who answered say something to the further questions as well."""
    chances = Random(SEED)
    for response in responses:
        if chances.random() < SAID:
            for fields in _said(response, chances):
                world.new(FurtherAnswer, response=response, **fields)


def _said(response: Response, chances: Random) -> list[dict[str, object]]:
    category = response.scale.category_of(response.score)
    said: list[dict[str, object]] = [
        {"key": INFORMED, "number": _drawn(STEPS[category], chances)},
        {"key": HEARD, "options": [_drawn(HEARD_FROM, chances)]},
    ]
    if category is not Category.PROMOTER:
        said.append({"key": MISSED, "options": sorted({_drawn(WANTED, chances) for _ in range(2)})})
    if category is Category.DETRACTOR and chances.random() < WANTED_A_CALL:
        phone = response.contact.phone if response.contact else ""
        said.append({"key": CALL_ME, "number": 1, "words": phone})
    return said


def _drawn(weights: dict[Choice, int], chances: Random) -> Choice:
    return chances.choices(list(weights), list(weights.values()))[0]

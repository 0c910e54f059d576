"""What customers read when a conversation begins by WhatsApp: templates that Meta reads and approves, one a language.

`{{1}}` is the brand. It stands neither first nor last, for Meta takes no such text; it holds no price and no offer, for
that would be advertising. At most 1024 characters, labels at most 25.
"""

from typing import NamedTuple


class TemplateWords(NamedTuple):
    """The words of one template: what is said, on the button that leads to the page, on the one that ends messages."""

    body: str
    button: str
    stop: str


INVITATION = {
    "en": TemplateWords(
        "Hello! You recently dealt with {{1}}, and we would like to know how it went for you."
        " It is one question and takes less than a minute; a person reads every answer.",
        "Give your answer",
        "No more messages",
    ),
    "uk": TemplateWords(
        "Вітаємо! Нещодавно ви мали справу з «{{1}}», і нам важливо знати, як усе пройшло."
        " Це одне запитання, менше хвилини вашого часу; кожну відповідь читає людина.",
        "Відповісти",
        "Більше не писати",
    ),
    "ru": TemplateWords(
        "Здравствуйте! Недавно вы имели дело с «{{1}}», и нам важно узнать, как всё прошло."
        " Это один вопрос, меньше минуты вашего времени; каждый ответ читает человек.",
        "Ответить",
        "Больше не писать",
    ),
    "lt": TemplateWords(
        "Sveiki! Neseniai turėjote reikalų su „{{1}}“, ir mums rūpi, kaip Jums viskas pavyko."
        " Tai vienas klausimas, truks trumpiau nei minutę; kiekvieną atsakymą perskaito žmogus.",
        "Atsakyti",
        "Daugiau nerašyti",
    ),
}
REMINDER = {
    "en": TemplateWords(
        "Hello! We at {{1}} would still love to know how it went for you."
        " A number is all it takes, less than a minute. If you have answered already, thank you!",
        "Give your answer",
        "No more messages",
    ),
    "uk": TemplateWords(
        "Вітаємо! Нам у «{{1}}» досі важливо знати, як усе пройшло."
        " Досить одного числа, це менше хвилини. Якщо ви вже відповіли, дякуємо!",
        "Відповісти",
        "Більше не писати",
    ),
    "ru": TemplateWords(
        "Здравствуйте! Нам в «{{1}}» по-прежнему важно узнать, как всё прошло."
        " Достаточно одного числа, это меньше минуты. Если вы уже ответили, спасибо!",
        "Ответить",
        "Больше не писать",
    ),
    "lt": TemplateWords(
        "Sveiki! Mums, „{{1}}“ komandai, vis dar rūpi, kaip Jums viskas pavyko."
        " Užtenka vieno skaičiaus, truks trumpiau nei minutę. Jei jau atsakėte, ačiū!",
        "Atsakyti",
        "Daugiau nerašyti",
    ),
}
BY_KIND = {"invitation": INVITATION, "reminder": REMINDER}

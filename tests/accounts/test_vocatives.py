import pytest

from accounts.vocatives import vocative

UKRAINIAN = """
Вікторія Вікторіє, Марія Маріє, Олена Олено, Ірина Ірино, Микола Миколо, Світлана Світлано, Андрій Андрію,
Сергій Сергію, Дмитро Дмитре, Павло Павле, Петро Петре, Михайло Михайле, Іван Іване, Богдан Богдане,
Олександр Олександре, Володимир Володимире, Віктор Вікторе, Максим Максиме, Тарас Тарасе, Артем Артеме,
Василь Василю, Костянтин Костянтине, Ярослав Ярославе, Леонід Леоніде
"""
LITHUANIAN = """
Linas Linai, Jonas Jonai, Tomas Tomai, Paulius Pauliau, Marius Mariau, Kęstutis Kęstuti, Stasys Stasy, Rasa Rasa,
Ona Ona, Eglė Egle, Giedrė Giedre, Elijas Elijau, Žydrūnas Žydrūnai, Agnė Agne
"""


def pairs(text):
    return [pair.split() for pair in text.replace("\n", " ").split(",")]


@pytest.mark.parametrize(("name", "called"), pairs(UKRAINIAN))
def test_a_ukrainian_name_is_called_in_the_vocative(name, called):
    assert vocative(name, "uk") == called


@pytest.mark.parametrize(("name", "called"), pairs(LITHUANIAN))
def test_a_lithuanian_name_is_called_in_the_vocative(name, called):
    assert vocative(name, "lt") == called


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Viktoria", "uk"), ("Олег", "uk"), ("Марко", "uk"), ("Маріо", "uk"), ("Саша", "uk"), ("Сьюзан", "uk"),
        ("Анна Марія", "uk"), ("О.", "uk"), ("", "uk"), ("ООО РОМАШКА", "uk"), ("Кармен", "uk"), ("Эдуард", "uk"),
        ("Thomas", "lt"), ("Andreas", "lt"), ("Tobias", "lt"), ("Peter", "lt"), ("Вікторія", "lt"), ("Markus", "lt"),
        ("Boris", "lt"), ("Jan Willem", "lt"), ("J.", "lt"),
    ],
)  # fmt: skip
def test_a_name_in_doubt_is_left_out(name, language):
    assert vocative(name, language) == ""


@pytest.mark.parametrize("language", ["en", "ru"])
def test_languages_without_a_vocative_call_the_name_as_it_is(language):
    assert vocative(" Виктория ", language) == "Виктория"

"""Whether a comment names a person, in four languages; no database."""

import pytest

from followups.playbooks.names import is_named


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        # Ukrainian
        ("Олена Коваленко", "Просив Олену передзвонити, тиждень мовчить."),
        ("Олена Коваленко", "з ОЛЕНОЮ неможливо домовитися"),
        ("Олена Коваленко", "передайте пану Коваленкові"),
        ("Андрій Шевчук", "Андрієві байдуже"),
        ("Ольга Шевченко", "Ользі дзвонила тричі"),
        ("Вероніка Мельник", "Скажіть Вероніці"),
        ("Марія Ковальська", "до Марії Ковальської"),
        ("Федір Петренко", "у Федора немає часу"),
        ("Ігор Бондар", "від Ігоря нічого"),
        # Russian
        ("Павел Иванов", "Павла не дозовёшься"),
        ("Павел Иванов", "разговор с Ивановым"),
        ("Мария Петрова", "Марией недоволен"),
        ("Мария Петрова", "к Петровой больше не пойду"),
        ("Дмитрий Соколов", "у Дмитрия всё время занято"),
        # Lithuanian, with and without its marks
        ("Jonas Petraitis", "Petraičio elgesys netinkamas"),
        ("Jonas Petraitis", "skambinau Jonui tris kartus"),
        ("Rūta Kazlauskienė", "dėl Kazlauskienės"),
        ("Rūta Kazlauskienė", "Rutos laisko negavau"),
        ("Andrius Jankauskas", "Andriaus nebuvo"),
        # English
        ("John Smith", "Smith never called"),
        ("John Smith", "John’s answer was rude"),
        # a name that is kept in the letters of another language
        ("Olena Kovalenko", "Олені байдуже"),
        ("Serhii Bondar", "Сергеем недоволен"),
        ("Šarūnas Jonaitis", "Шарунасом недоволен"),
        ("Дмитро Савчук", "Dmytro was rude"),
    ],
)
def test_a_name_is_found_in_any_of_its_cases(name, comment):
    assert is_named(name, comment)


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        ("Олена Коваленко", "Усе погано, ніхто не дзвонить."),
        ("Олена Коваленко", "оленячий паштет"),
        ("Марк Іваненко", "маркетинг і маркування"),
        ("Роман Кравець", "романтика"),
        ("Тарас Бондар", "пошкоджена тара"),
        ("Jonas Petraitis", "Jon from the other office"),
        ("Max Brown", "the maximum"),
        ("Anna Li", "li li"),
        ("Олена", ""),
        ("", "Олена"),
    ],
)
def test_other_words_are_no_name(name, comment):
    assert not is_named(name, comment)


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        ("Олексій", "Льоша не передзвонив"),
        ("Лев", "Льва не було"),
        ("Kovalenko", "Kavalenka"),
        ("Bo", "Bo never called"),
    ],
)
def test_what_is_said_not_to_be_caught_is_not(name, comment):
    assert not is_named(name, comment)

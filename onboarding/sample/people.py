"""Who the invented customers are: names by language, each with how it stands in a mailbox."""

from dataclasses import dataclass

FIRST_WORDS = ("North", "River", "Oak", "Copper", "Harbour", "Maple", "Dawn", "Chestnut")
LAST_WORDS = ("Foods", "Logistics", "Interiors", "Software", "Clinics")


@dataclass(frozen=True)
class Names:
    """`company` joins the words of a company; each of `people`: first name, last name, mailbox."""

    firsts: tuple[str, ...]
    lasts: tuple[str, ...]
    company: str
    people: tuple[tuple[str, str, str], ...]
    titles: tuple[str, ...]
    region: str
    zone: str


def _people(written: str) -> tuple[tuple[str, str, str], ...]:
    """Read lines of “First Last mailbox”."""
    rows = (line.split() for line in written.strip().splitlines())
    return tuple((first, last, mailbox) for first, last, mailbox in rows)


NAMES = {
    "en": Names(
        FIRST_WORDS,
        LAST_WORDS,
        "{0} {1}",
        _people(
            """
            Alice Archer alice.archer
            Ben Barlow ben.barlow
            Chloe Carter chloe.carter
            David Drake david.drake
            Emma Ellis emma.ellis
            Frank Foster frank.foster
            Grace Green grace.green
            Henry Hale henry.hale
            Iris Ingram iris.ingram
            Jack Jarvis jack.jarvis
            """
        ),
        ("Head of purchasing", "Office manager", "Owner", "Project lead"),
        "GB",
        "Europe/London",
    ),
    "uk": Names(
        ("Північ", "Ріка", "Дуб", "Мідь", "Гавань", "Клен", "Зоря", "Каштан"),
        ("Фуд", "Логістик", "Дім", "Софт", "Мед"),
        "ТОВ «{0}-{1}»",
        _people(
            """
            Олена Коваль olena.koval
            Андрій Бондаренко andrii.bondarenko
            Марія Ткаченко mariia.tkachenko
            Тарас Мельник taras.melnyk
            Ірина Кравченко iryna.kravchenko
            Богдан Лисенко bohdan.lysenko
            Софія Марченко sofiia.marchenko
            Юрій Савченко yurii.savchenko
            Наталя Олійник natalia.oliinyk
            Петро Гончар petro.honchar
            """
        ),
        ("Керівник закупівель", "Офіс-менеджер", "Засновник", "Керівник проєктів"),
        "UA",
        "Europe/Kyiv",
    ),
    "ru": Names(
        ("Север", "Река", "Дуб", "Медь", "Гавань", "Клён", "Заря", "Каштан"),
        ("Фуд", "Логистик", "Дом", "Софт", "Мед"),
        "ТОО «{0}-{1}»",
        _people(
            """
            Алина Ким alina.kim
            Борис Цой boris.tsoi
            Вера Бондарь vera.bondar
            Глеб Мороз gleb.moroz
            Дарья Литвин daria.litvin
            Егор Швец egor.shvets
            Жанна Гончар zhanna.gonchar
            Игорь Ткач igor.tkach
            Лидия Кравец lidia.kravets
            Марат Скляр marat.sklyar
            """
        ),
        ("Руководитель закупок", "Офис-менеджер", "Владелец", "Руководитель проектов"),
        "KZ",
        "Asia/Almaty",
    ),
    "lt": Names(
        ("Šiaurės", "Upės", "Ąžuolo", "Vario", "Uosto", "Klevo", "Aušros", "Kaštono"),
        ("maistas", "logistika", "namai", "sistemos", "klinika"),
        "UAB „{0} {1}“",
        _people(
            """
            Asta Žukaitė asta.zukaite
            Benas Jonaitis benas.jonaitis
            Daiva Petrauskienė daiva.petrauskiene
            Edvinas Kazlauskas edvinas.kazlauskas
            Gabija Norkutė gabija.norkute
            Ignas Butkus ignas.butkus
            Jūratė Mikalauskienė jurate.mikalauskiene
            Kęstutis Rimkus kestutis.rimkus
            Lina Vaitkutė lina.vaitkute
            Mantas Stankus mantas.stankus
            """
        ),
        ("Pirkimų vadovė (-as)", "Biuro administratorė (-ius)", "Savininkė (-as)", "Projektų vadovė (-as)"),
        "LT",
        "Europe/Vilnius",
    ),
}
STAFF = {
    "en": ("Nora Bell", "Oscar Lane", "Paul Reed", "Ruth West"),
    "uk": ("Оксана Поліщук", "Роман Шевчук", "Світлана Левченко", "Василь Панченко"),
    "ru": ("Ольга Шевчук", "Роман Пак", "Светлана Левченко", "Тимур Ли"),
    "lt": ("Rasa Balčiūnaitė", "Saulius Jankauskas", "Toma Urbonaitė", "Vytas Paulauskas"),
}

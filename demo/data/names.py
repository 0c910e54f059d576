"""Names of people and companies; each is (as written, in Latin letters for addresses)."""

from typing import NamedTuple

Pair = tuple[str, str]


class People(NamedTuple):
    """First and last names that fit together, women and men apart."""

    women: list[Pair]
    women_last: list[Pair]
    men: list[Pair]
    men_last: list[Pair]


def same(names: str) -> list[Pair]:
    return [(name, name.lower()) for name in names.split()]


def pairs(names: str) -> list[Pair]:
    """Read “Олена/olena Ірина/iryna”."""
    return [(written, latin) for written, latin in (name.split("/") for name in names.split())]


ENGLISH_LAST = same(
    "Ashworth Barlow Bennett Blake Brennan Carver Chapman Connolly Dawson Doyle Ellison Fairfax Fletcher Gallagher "
    "Hargreaves Holloway Hughes Keane Lambert Marsh Mercer Norris Oakley Pemberton Quinn Radcliffe Sheridan Sutton "
    "Thorne Underwood Vaughan Whitaker Winslow Yates"
)
UKRAINIAN_LAST = pairs(
    "Шевчук/shevchuk Бондаренко/bondarenko Кравченко/kravchenko Ткаченко/tkachenko Олійник/oliinyk Лисенко/lysenko "
    "Мороз/moroz Гончар/honchar Савчук/savchuk Романюк/romaniuk Петренко/petrenko Марчук/marchuk Гнатюк/hnatiuk "
    "Клименко/klymenko Панченко/panchenko Дяченко/diachenko Мельничук/melnychuk Яценко/yatsenko Коваленко/kovalenko "
    "Федорук/fedoruk Захарчук/zakharchuk Тимошенко/tymoshenko Білоус/bilous Скиба/skyba"
)

PEOPLE = {
    "en": People(
        women=same(
            "Alice Amelia Beth Charlotte Clara Eleanor Fiona Grace Hannah Isla Joanna Kate Lucy Maeve Nora Olivia "
            "Phoebe Rachel Sophie Tessa Zoe"
        ),
        women_last=ENGLISH_LAST,
        men=same(
            "Adam Arthur Ben Callum Daniel Edward Finn George Harry Ian Jack Liam Martin Nathan Oliver Patrick "
            "Robert Simon Thomas William"
        ),
        men_last=ENGLISH_LAST,
    ),
    "uk": People(
        women=pairs(
            "Олена/olena Ірина/iryna Оксана/oksana Наталія/nataliia Софія/sofiia Марія/mariia Юлія/yuliia "
            "Тетяна/tetiana Катерина/kateryna Світлана/svitlana Ганна/hanna Леся/lesia Дарина/daryna Вікторія/viktoriia"
        ),
        women_last=UKRAINIAN_LAST,
        men=pairs(
            "Андрій/andrii Богдан/bohdan Василь/vasyl Дмитро/dmytro Іван/ivan Ігор/ihor Максим/maksym Михайло/mykhailo "
            "Олег/oleh Петро/petro Роман/roman Сергій/serhii Тарас/taras Юрій/yurii"
        ),
        men_last=UKRAINIAN_LAST,
    ),
    "ru": People(
        women=pairs(
            "Анна/anna Айгуль/aigul Вера/vera Дарья/darya Елена/elena Жанна/zhanna Ирина/irina Ксения/kseniya "
            "Мария/mariya Наталья/natalya Ольга/olga Светлана/svetlana Татьяна/tatyana"
        ),
        women_last=pairs(
            "Ахметова/akhmetova Белова/belova Волкова/volkova Громова/gromova Ермакова/ermakova Зайцева/zaitseva "
            "Ибрагимова/ibragimova Касымова/kasymova Лаптева/lapteva Морозова/morozova Никитина/nikitina "
            "Омарова/omarova Панина/panina Седова/sedova Тихонова/tikhonova Фомина/fomina Шарипова/sharipova"
        ),
        men=pairs(
            "Алексей/aleksei Арман/arman Борис/boris Виктор/viktor Данияр/daniyar Евгений/evgenii Илья/ilya "
            "Кирилл/kirill Максим/maksim Николай/nikolai Павел/pavel Руслан/ruslan Тимур/timur"
        ),
        men_last=pairs(
            "Ахметов/akhmetov Белов/belov Волков/volkov Громов/gromov Ермаков/ermakov Зайцев/zaitsev "
            "Ибрагимов/ibragimov Касымов/kasymov Лаптев/laptev Морозов/morozov Никитин/nikitin Омаров/omarov "
            "Панин/panin Седов/sedov Тихонов/tikhonov Фомин/fomin Шарипов/sharipov"
        ),
    ),
    "lt": People(
        women=pairs(
            "Aistė/aiste Austėja/austeja Birutė/birute Dalia/dalia Eglė/egle Gabija/gabija Ieva/ieva Jurgita/jurgita "
            "Kristina/kristina Lina/lina Milda/milda Rasa/rasa Rūta/ruta Ugnė/ugne Vaida/vaida Živilė/zivile"
        ),
        women_last=pairs(
            "Balčiūnienė/balciuniene Butkutė/butkute Dambrauskaitė/dambrauskaite Jankauskienė/jankauskiene "
            "Kazlauskaitė/kazlauskaite Lukošiūtė/lukosiute Mockutė/mockute Navickienė/navickiene "
            "Paulauskaitė/paulauskaite Petrauskienė/petrauskiene Rimkutė/rimkute Stankevičiūtė/stankeviciute "
            "Urbonaitė/urbonaite Vasiliauskaitė/vasiliauskaite Žukauskienė/zukauskiene"
        ),
        men=pairs(
            "Andrius/andrius Arūnas/arunas Darius/darius Domantas/domantas Gintaras/gintaras Jonas/jonas "
            "Karolis/karolis Linas/linas Mantas/mantas Mindaugas/mindaugas Paulius/paulius Rokas/rokas "
            "Saulius/saulius Tomas/tomas Vytautas/vytautas Žygimantas/zygimantas"
        ),
        men_last=pairs(
            "Balčiūnas/balciunas Butkus/butkus Dambrauskas/dambrauskas Jankauskas/jankauskas Kazlauskas/kazlauskas "
            "Lukošius/lukosius Mockus/mockus Navickas/navickas Paulauskas/paulauskas Petrauskas/petrauskas "
            "Rimkus/rimkus Stankevičius/stankevicius Urbonas/urbonas Vasiliauskas/vasiliauskas Žukauskas/zukauskas"
        ),
    ),
}


class Companies(NamedTuple):
    """A company's name is one of the `firsts` and one of the `seconds`, put into `shape`."""

    shape: str
    firsts: list[Pair]
    seconds: list[Pair]


COMPANIES = {
    "en": Companies(
        "{} {}",
        same(
            "Amberley Birchfield Cobalt Dunmore Eastgate Fernhill Greystone Harbour Ironbridge Kingsway Larkspur "
            "Moorland"
        ),
        same("Analytics Architects Clinic Dental Foods Insurance Legal Logistics Media Partners Software Textiles"),
    ),
    "uk": Companies(
        "ТОВ «{} {}»",
        pairs(
            "Світанок/svitanok Дніпро/dnipro Карпати/karpaty Обрій/obrii Поділля/podillia Верховина/verkhovyna "
            "Калина/kalyna Джерело/dzherelo Січ/sich Престиж/prestyzh Основа/osnova"
        ),
        pairs(
            "Агро/agro Буд/bud Логістик/lohistyk Маркет/market Медіа/media Софт/soft Сервіс/servis Транс/trans "
            "Фарм/farm Енерго/enerho"
        ),
    ),
    "ru": Companies(
        "ТОО «{} {}»",
        pairs(
            "Алатау/alatau Береке/bereke Восток/vostok Горизонт/gorizont Достык/dostyk Каспий/kaspii Меридиан/meridian "
            "Орион/orion Сайран/sairan"
        ),
        pairs(
            "Авто/avto Инвест/invest Медцентр/medcentr Полиграф/poligraf Проект/proekt Снаб/snab Строй/stroi "
            "Телеком/telekom"
        ),
    ),
    "lt": Companies(
        "UAB „{} {}“",
        pairs(
            "Ąžuolo/azuolo Baltijos/baltijos Gintaro/gintaro Neries/neries Nemuno/nemuno Pajūrio/pajurio "
            "Saulės/saules Šiaurės/siaures Žalgirio/zalgirio Aukštaičių/aukstaiciu"
        ),
        pairs(
            "baldai/baldai energija/energija klinika/klinika logistika/logistika maistas/maistas prekyba/prekyba "
            "sprendimai/sprendimai statyba/statyba teisė/teise technika/technika"
        ),
    ),
}
REGIONS = {
    "en": [("United Kingdom", "Europe/London"), ("United Kingdom", "Europe/London"), ("Ireland", "Europe/Dublin")],
    "uk": [("Ukraine", "Europe/Kyiv")],
    "ru": [("Kazakhstan", "Asia/Almaty"), ("Kazakhstan", "Asia/Almaty"), ("Latvia", "Europe/Riga")],
    "lt": [("Lithuania", "Europe/Vilnius")],
}
INDUSTRIES = [
    "software",
    "healthcare",
    "legal services",
    "logistics",
    "food",
    "construction",
    "finance",
    "education",
    "retail",
    "media",
]
JOB_TITLES = {
    "en": ["Office manager", "Head of purchasing", "Owner", "Accountant", "HR director", "Facility manager"],
    "uk": ["Офіс-менеджер", "Керівник закупівель", "Власник бізнесу", "Бухгалтерія", "HR", "Адміністрація"],
    "ru": ["Офис-менеджер", "Начальник закупок", "Директор", "Бухгалтерия", "HR", "Администрация"],
    "lt": ["Biuro administravimas", "Pirkimų vadovas", "Direktorius", "Buhalterija", "Personalas", "Ūkio skyrius"],
}

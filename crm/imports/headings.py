# ruff: noqa: E501 (lists of words)
"""How the columns of other systems are named, in English, Ukrainian, Russian and Lithuanian: for guesses alone.

Names stand as people write them; `plain` takes case, accents and punctuation away from both sides.
"""

import re
import unicodedata

_NO_WORD = re.compile(r"[\W_]+")


def plain(name: str) -> str:
    """Return a name by its letters and digits alone: “El. paštas” becomes “el pastas”, “accountId” “account id”."""
    parted = re.sub(r"(?<=[a-zа-яёіїє])(?=[A-ZА-ЯЁІЇЄ])", " ", name)
    letters = unicodedata.normalize("NFKD", parted.casefold())
    return _NO_WORD.sub(" ", "".join(one for one in letters if not unicodedata.combining(one))).strip()


def _plain(words: dict[str, str]) -> dict[str, frozenset[str]]:
    return {field: frozenset(plain(word) for word in said.split("|")) for field, said in words.items()}


_COMPANY = "company|account|account name|organization|organisation|firm|customer company|компанія|організація|фірма|компания|организация|контрагент|įmonė|kompanija|organizacija"
_MANAGER = "manager|owner|sales agent|sales rep|account manager|responsible|assigned to|deal owner|менеджер|відповідальний|ответственный|vadybininkas|atsakingas"
_NAME = "name|title|назва|найменування|название|наименование|pavadinimas"
_LANGUAGE = "language|lang|locale|мова|язык|kalba"
_TIMEZONE = "timezone|time zone|tz|часовий пояс|часовой пояс|laiko juosta"
_REGION = "region|country|state|city|office location|регіон|країна|місто|регион|страна|город|regionas|šalis|miestas"
_EMAIL = "email|e-mail|mail|email address|e-mail address|пошта|ел. пошта|електронна пошта|емейл|почта|эл. почта|электронная почта|имейл|el. paštas|elektroninis paštas|paštas"
_PRODUCT = "product|item|sku|service|товар|продукт|послуга|услуга|produktas|prekė|paslauga"
_AMOUNT = "amount|value|close value|price|sum|total|revenue|сума|вартість|ціна|сумма|стоимость|цена|suma|vertė|kaina"
_CURRENCY = "currency|валюта|valiuta"
_FACTS = {
    "manager": _MANAGER,
    "product": _PRODUCT,
    "channel": "channel|sales channel|канал|kanalas",
    "campaign": "campaign|кампанія|кампания|kampanija",
    "brand": "brand|бренд|prekės ženklas",
    "amount": _AMOUNT,
    "currency": _CURRENCY,
}
_CONTACT = "contact|contact id|client|client id|customer|customer id|person|контакт|клієнт|клиент|kontaktas|klientas"

# By kind of record, for each field the names of columns that mean it.
FIELDS = {
    "company": _plain(
        {
            "name": f"{_NAME}|{_COMPANY}|company name|company title",
            "domain": "domain|website|site|web|url|сайт|домен|svetainė|interneto svetainė|domenas",
            "industry": "industry|sector|vertical|галузь|сектор|отрасль|šaka|sektorius|pramonė",
            "size_band": "size|employees|number of employees|headcount|розмір|працівників|кількість працівників|размер|сотрудников|число сотрудников|dydis|darbuotojai|darbuotojų skaičius",
            "region": _REGION,
            "timezone": _TIMEZONE,
        }
    ),
    "contact": _plain(
        {
            "company": f"{_COMPANY}|company id|account id",
            "first_name": "first name|firstname|given name|forename|name|ім'я|імʼя|имя|vardas",
            "last_name": "last name|lastname|surname|family name|прізвище|фамилия|pavardė",
            "email": _EMAIL,
            "emails": "emails|e-mails|all emails|адреси|все почты|el. paštai",
            "phone": "phone|telephone|mobile|cell|phone number|mobile phone|телефон|моб. телефон|мобільний|номер телефону|мобильный|номер телефона|telefonas|tel|telefono numeris|mobilus",
            "phones": "phones|phone numbers|телефони|телефоны|telefonai",
            "job_title": "job title|position|role|посада|должность|pareigos",
            "language": _LANGUAGE,
            "timezone": _TIMEZONE,
            "region": _REGION,
            "customer_since": "customer since|client since|registered|registration date|клієнт з|дата реєстрації|клиент с|дата регистрации|klientas nuo|registracijos data",
            "birth_year": "birth year|year of birth|рік народження|год рождения|gimimo metai",
            "lifecycle": "lifecycle|lifecycle stage|stage|етап|этап|стадия|etapas",
            "do_not_contact": "do not contact|do not email|opt out|opted out|unsubscribed|не писати|не звертатися|відписаний|не писать|отписан|nerašyti|atsisakė",
        }
    ),
    "product": _plain({"name": f"{_NAME}|product name|{_PRODUCT}", "is_active": "active|is active|активний|активен|aktyvus"}),
    "channel": _plain({"name": f"{_NAME}|channel name|channel|канал|kanalas", "is_active": "active|is active|активний|активен|aktyvus"}),
    "person": _plain(
        {
            "name": f"{_NAME}|full name|{_MANAGER}|employee|ім'я|имя|vardas|працівник|сотрудник|darbuotojas",
            "email": _EMAIL,
            "team": "team|department|regional office|office|команда|відділ|отдел|komanda|skyrius",
            "team_lead": "team lead|lead|manager|керівник|руководитель|vadovas",
            "language": _LANGUAGE,
            "timezone": _TIMEZONE,
        }
    ),
    "deal": _plain(
        {
            "contact": _CONTACT,
            "company": f"{_COMPANY}|company id|account id",
            **_FACTS,
            "title": "title|deal name|deal title|subject|opportunity|назва угоди|тема|название сделки|pavadinimas|sandoris",
            "url": "url|link|deal url|посилання|ссылка|nuoroda",
            "referral_code": "referral code|код рекомендації|код рекомендации|rekomendacijos kodas",
            "opened_at": "opened|opened at|created|created at|open date|engage date|дата створення|відкрито|дата создания|открыта|sukurta|pradžia",
            "status": "status|stage|deal stage|state|статус|стан|етап|состояние|стадия|этап|būsena|statusas|etapas",
            "closed_at": "closed|closed at|close date|closing date|дата закриття|закрито|дата закрытия|закрыта|uždaryta|pabaiga|uždarymo data",
        }
    ),
    "touchpoint": _plain(
        {
            "kind": "kind|type|event|event type|тип|подія|событие|tipas|įvykis",
            "contact": _CONTACT,
            "company": f"{_COMPANY}|company id|account id",
            "deal": "deal|deal id|opportunity|opportunity id|угода|сделка|sandoris",
            **_FACTS,
            "occurred_at": "occurred|occurred at|date|event date|happened at|time|дата|дата події|дата события|data|įvykio data",
        }
    ),
}  # fmt: skip

# Names of columns that hold the ID of the row itself, by kind and for every kind.
IDS = _plain(
    {
        "": "id|external id|uid|guid|key|number|no|код|номер|ідентифікатор|идентификатор|id numeris|numeris|kodas",
        "company": "company id|account id|ід компанії|id компании|įmonės id|įmonės kodas",
        "contact": "contact id|client id|customer id|ід контакту|id контакта|id клиента|kliento id|kontakto id",
        "product": "product id|sku|артикул|prekės kodas",
        "channel": "channel id",
        "person": "person id|user id|employee id|sales agent|табельний номер|табельный номер",
        "deal": "deal id|opportunity id|order id|order number|номер угоди|номер замовлення|номер сделки|номер заказа|sandorio id|užsakymo numeris",
        "touchpoint": "event id|touchpoint id|ticket id",
    }
)

# Words in the name of a file or a sheet that tell what it holds; the first that fits.
FILES = (
    ("touchpoint", ("touchpoint", "event", "ticket", "події", "события", "įvykiai")),
    ("deal", ("deal", "pipeline", "opportunit", "order", "sale pipeline", "угод", "замовлен", "сделк", "заказ", "sandori", "užsakym")),
    ("contact", ("contact", "people", "client", "customer", "lead", "контакт", "клієнт", "клиент", "kontakt", "klient")),
    ("person", ("person", "team", "employee", "user", "agent", "staff", "працівник", "сотрудник", "darbuotoj")),
    ("product", ("product", "catalog", "товар", "продукт", "prek", "produkt")),
    ("channel", ("channel", "канал", "kanal")),
    ("company", ("compan", "account", "organi", "firm", "firm", "компан", "організац", "организац", "įmon", "kompanij")),
)  # fmt: skip

# How CRMs call the states of a deal, in four languages.
STATES = {
    "won": "won|closed won|success|successful|paid|виграно|успішно|оплачено|выиграна|успешно|оплачен|laimėta|laimėtas|apmokėta",
    "lost": "lost|closed lost|failed|rejected|cancelled|програно|втрачено|скасовано|проиграна|потеряна|отменена|pralaimėta|prarasta|atšaukta",
    "open": "open|new|in progress|engaging|prospecting|qualified|proposal|negotiation|відкрито|нова|в роботі|открыта|новая|в работе|atvira|nauja|vykdoma",
}  # fmt: skip

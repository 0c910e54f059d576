"""What staff wrote about their follow-ups, in the languages they work in."""

CALLS = {
    "en": [
        "Called, nobody picked up. Left a message.",
        "Spoke for ten minutes. Calm, wants a date and not an apology.",
        "Called back as agreed; the fitter is booked for Thursday.",
        "Explained what went wrong. Customer was surprised that somebody called at all.",
    ],
    "uk": [
        "Дзвінок без відповіді, повідомлення залишено.",
        "Поговорили десять хвилин. Хоче дату, а не вибачення.",
        "Дзвінок, як домовлялися: монтажник буде в четвер.",
    ],
    "lt": [
        "Skambinau, neatsiliepė. Palikau žinutę.",
        "Kalbėjome dešimt minučių. Nori datos, o ne atsiprašymo.",
        "Perskambinau, kaip sutarta; meistras atvyks ketvirtadienį.",
    ],
}
NOTES = {
    "en": [
        "Same complaint as two weeks ago, see the history.",
        "Asked the warehouse for photos of the pallet.",
        "Purchasing decides on the next floor in spring; worth keeping.",
        "Invoice checked: the customer is right.",
        "Waiting for the supplier's answer about the spare part.",
    ],
    "uk": [
        "Схожа скарга була місяць тому, дивіться історію.",
        "Рахунок перевірили: клієнт має рацію.",
        "Чекаємо відповіді постачальника щодо запчастини.",
    ],
    "lt": [
        "Panašus skundas buvo prieš mėnesį, žr. istoriją.",
        "Sąskaita patikrinta: klientas teisus.",
        "Laukiame tiekėjo atsakymo dėl dalies.",
    ],
}
EMAILS = {
    "en": ["Sent the new delivery date in writing.", "Sent the credit note and an apology."],
    "uk": ["Нову дату доставки надіслано листом.", "Надіслали кредит-ноту й вибачення."],
    "lt": ["Išsiųsta nauja pristatymo data.", "Išsiųsta kreditinė sąskaita ir atsiprašymas."],
}
RESOLUTIONS = {
    "product": {
        "en": [
            "Part replaced on site, customer confirmed that it works.",
            "Took the piece back and delivered a new one.",
        ],
        "uk": ["Деталь замінили на місці, клієнт підтвердив, що все працює.", "Забрали виріб і привезли новий."],
        "lt": ["Dalis pakeista vietoje, klientas patvirtino, kad veikia.", "Gaminį pasiėmėme ir pristatėme naują."],
    },
    "price": {
        "en": ["Explained the items one by one; agreed on a lower rate for the next order."],
        "uk": ["Пояснили кожну позицію, домовилися про знижку на наступне замовлення."],
        "lt": ["Paaiškinome kiekvieną eilutę, sutarėme dėl nuolaidos kitam užsakymui."],
    },
    "delivery": {
        "en": [
            "Rest of the order delivered with a fixed time slot.",
            "Refunded the carriage and named one contact person.",
        ],
        "uk": ["Решту замовлення доставили в узгоджений час.", "Повернули вартість доставки."],
        "lt": ["Likusi užsakymo dalis pristatyta sutartu laiku.", "Grąžinome pristatymo mokestį."],
    },
    "support": {
        "en": [
            "Apologised, gave a direct number and closed the old ticket together.",
            "Weekly call agreed until all is done.",
        ],
        "uk": ["Вибачилися, дали прямий номер і разом закрили стару заявку."],
        "lt": ["Atsiprašėme, davėme tiesioginį numerį ir kartu uždarėme seną užklausą."],
    },
    "other": {
        "en": ["Thanked; will mention us to a partner company.", "Noted the wish, nothing to repair."],
        "uk": ["Подякували; порадить нас партнерам.", "Побажання записали, виправляти нічого."],
        "lt": ["Padėkojome; rekomenduos mus partneriams.", "Pageidavimą užrašėme, taisyti nėra ko."],
    },
}
CAUSE_OF_SUBJECT = {
    "delivery": "delivery",
    "quality": "product",
    "support": "support",
    "price": "price",
    "product": "product",
    "website": "other",
}
LANGUAGE_OF_TEAM = {"Ukraine": "uk", "Baltics": "lt"}

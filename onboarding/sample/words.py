"""What the invented customers say: comments by language and category."""

from surveys.metrics import Category

SAID: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        Category.DETRACTOR: (
            "The delivery came a week late and nobody called.",
            "I waited forty minutes on the phone, and the support could not help.",
            "The price went up without a word of warning.",
            "One box arrived damaged. The quality used to be better.",
            "The manager promised to call back and never did.",
            "There was a mistake in the invoice, and correcting it took three letters.",
        ),
        Category.PASSIVE: (
            "All in all fine, but delivery could be faster.",
            "The quality is good. The price is a little high.",
            "The web shop is slow on a phone.",
            "Friendly manager, but answers take a day or two.",
            "It works. Nothing special.",
        ),
        Category.PROMOTER: (
            "Our manager is wonderful: quick, kind and always there.",
            "Fast delivery and excellent quality.",
            "The support solved everything in five minutes. Thank you!",
            "A fair price for what we get.",
            "Ordering in the web shop is easy.",
            "We have worked with you for years, and you never let us down.",
        ),
    },
    "uk": {
        Category.DETRACTOR: (
            "Доставка запізнилася на тиждень, і ніхто не зателефонував.",
            "Сорок хвилин чекав на лінії, а підтримка так і не допомогла.",
            "Ціна зросла без жодного попередження.",
            "Одна коробка приїхала пошкодженою. Раніше якість була кращою.",
            "Менеджер обіцяв передзвонити й не передзвонив.",
            "У рахунку була помилка, і її виправляли аж три листи.",
        ),
        Category.PASSIVE: (
            "Загалом добре, але доставка могла б бути швидшою.",
            "Якість хороша. Ціна трохи зависока.",
            "Сайт на телефоні працює повільно.",
            "Менеджер привітний, але відповіді чекаєш день-два.",
            "Працює. Нічого особливого.",
        ),
        Category.PROMOTER: (
            "Наш менеджер чудовий: швидкий, уважний і завжди на зв’язку.",
            "Швидка доставка й відмінна якість.",
            "Підтримка вирішила все за п’ять хвилин. Дякую!",
            "Чесна ціна за те, що ми отримуємо.",
            "Замовляти на сайті дуже зручно.",
            "Працюємо з вами роками, і ви жодного разу не підвели.",
        ),
    },
    "ru": {
        Category.DETRACTOR: (
            "Доставка опоздала на неделю, и никто не позвонил.",
            "Сорок минут ждал на линии, а поддержка так и не помогла.",
            "Цена выросла без всякого предупреждения.",
            "Одна коробка приехала повреждённой. Раньше качество было лучше.",
            "Менеджер обещал перезвонить и не перезвонил.",
            "В счёте была ошибка, и исправляли её целых три письма.",
        ),
        Category.PASSIVE: (
            "В целом хорошо, но доставка могла бы быть быстрее.",
            "Качество хорошее. Цена немного высока.",
            "Сайт на телефоне работает медленно.",
            "Менеджер приветливый, но ответа ждёшь день-два.",
            "Работает. Ничего особенного.",
        ),
        Category.PROMOTER: (
            "Наш менеджер замечательный: быстрый, внимательный и всегда на связи.",
            "Быстрая доставка и отличное качество.",
            "Поддержка решила всё за пять минут. Спасибо!",
            "Честная цена за то, что мы получаем.",
            "Заказывать на сайте очень удобно.",
            "Работаем с вами годами, и вы ни разу не подвели.",
        ),
    },
    "lt": {
        Category.DETRACTOR: (
            "Pristatymas vėlavo savaitę, ir niekas nepaskambino.",
            "Telefonu laukiau keturiasdešimt minučių, o pagalba taip ir nepadėjo.",
            "Kaina pakilo be jokio įspėjimo.",
            "Viena dėžė atvyko pažeista. Anksčiau kokybė buvo geresnė.",
            "Vadybininkas žadėjo perskambinti ir neperskambino.",
            "Sąskaitoje buvo klaida, ir ją taisė net trys laiškai.",
        ),
        Category.PASSIVE: (
            "Apskritai gerai, bet pristatymas galėtų būti greitesnis.",
            "Kokybė gera. Kaina kiek per didelė.",
            "Svetainė telefone veikia lėtai.",
            "Vadybininkė maloni, bet atsakymo lauki dieną dvi.",
            "Veikia. Nieko ypatingo.",
        ),
        Category.PROMOTER: (
            "Mūsų vadybininkas nuostabus: greitas, dėmesingas ir visada pasiekiamas.",
            "Greitas pristatymas ir puiki kokybė.",
            "Pagalba viską išsprendė per penkias minutes. Ačiū!",
            "Sąžininga kaina už tai, ką gauname.",
            "Užsakyti svetainėje labai patogu.",
            "Dirbame su jumis ne vienus metus, ir niekada nenuvylėte.",
        ),
    },
}
DONE = {
    "en": ("Called, apologised, and sent a new one the same day.", "Thanked them; they are glad to hear from us."),
    "uk": (
        "Зателефонували, вибачилися й того ж дня надіслали новий.",
        "Подякували; клієнтові приємно, що ми озвалися.",
    ),
    "ru": (
        "Позвонили, извинились и в тот же день отправили новый.",
        "Поблагодарили; клиенту приятно, что мы позвонили.",
    ),
    "lt": (
        "Paskambinome, atsiprašėme ir tą pačią dieną išsiuntėme naują.",
        "Padėkojome; klientui malonu, kad paskambinome.",
    ),
}

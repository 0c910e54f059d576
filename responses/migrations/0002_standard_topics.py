from django.db import migrations

# slug, names (en, uk, ru, lt), prefixes of words that tell the topic in a comment.
TOPICS = [
    (
        "quality",
        ("Quality", "Якість", "Качество", "Kokybė"),
        ["quality", "broke", "defect", "reliab", "якіс", "якост", "брак", "дефект", "надійн", "качеств", "надежн",
         "слома", "kokyb", "sugedo", "patikim"],
    ),
    (
        "price",
        ("Price", "Ціна", "Цена", "Kaina"),
        ["price", "expensive", "cheap", "discount", "цін", "дорог", "дешев", "знижк", "цен", "скидк", "kain", "brang",
         "pig", "nuolaid"],
    ),
    (
        "delivery",
        ("Delivery", "Доставка", "Доставка", "Pristatymas"),
        ["deliver", "shipping", "courier", "late", "достав", "кур'єр", "посилк", "запізн", "курьер", "посылк", "опозда",
         "pristat", "kurjer", "siunt", "vėlav"],
    ),
    (
        "support",
        ("Support", "Підтримка", "Поддержка", "Pagalba"),
        ["support", "answer", "warranty", "respon", "підтримк", "відпов", "гаранті", "поддержк", "ответ", "гаранти",
         "pagalb", "atsak", "garantij"],
    ),
    (
        "product",
        ("Product range", "Асортимент", "Ассортимент", "Asortimentas"),
        ["assortment", "range", "choice", "stock", "асортимент", "вибір", "наявн", "ассортимент", "выбор", "налич",
         "asortiment", "pasirinkim", "prek"],
    ),
    (
        "website",
        ("Website and ordering", "Сайт і замовлення", "Сайт и заказ", "Svetainė ir užsakymas"),
        ["website", "site", "app", "checkout", "order", "сайт", "застосун", "замовл", "заказ", "приложен", "svetain",
         "užsak", "programėl"],
    ),
    (
        "staff",
        ("Our people", "Наші люди", "Наши люди", "Mūsų žmonės"),
        ["manager", "staff", "polite", "rude", "менеджер", "персонал", "ввічлив", "груб", "вежлив", "сотрудник",
         "vadybinink", "darbuotoj", "mandag"],
    ),
    (
        "paperwork",
        ("Paperwork", "Документи", "Документы", "Dokumentai"),
        ["invoice", "contract", "document", "paperwork", "рахунок", "рахунк", "договір", "документ", "счет", "договор",
         "накладн", "sąskait", "sutart", "dokument"],
    ),
]  # fmt: skip


def add_topics(apps, schema_editor):
    topic = apps.get_model("responses", "Topic")
    for position, (slug, names, patterns) in enumerate(TOPICS):
        topic.objects.get_or_create(
            slug=slug,
            defaults={
                "names": dict(zip(("en", "uk", "ru", "lt"), names, strict=True)),
                "patterns": patterns,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("responses", "0001_initial")]

    # Topics may be in use by then, so going back leaves them.
    operations = [migrations.RunPython(add_topics, migrations.RunPython.noop)]

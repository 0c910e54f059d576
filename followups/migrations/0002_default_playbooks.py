from django.db import migrations

DETRACTOR = {
    "en": (
        "Call the customer today. Listen first: ask what happened and what a good end would look like. Do not "
        "explain or defend. Agree on one next step with a date, write it down here, and tell the customer when it "
        "is done. Then set the root cause."
    ),
    "uk": (
        "Зателефонуйте клієнту сьогодні. Спершу вислухайте: запитайте, що сталося і що було б добрим завершенням. "
        "Не пояснюйте й не виправдовуйтеся. Домовтеся про один наступний крок із датою, запишіть його тут і "
        "повідомте клієнта, коли його виконано. Потім укажіть першопричину."
    ),
    "ru": (
        "Позвоните клиенту сегодня. Сначала выслушайте: спросите, что произошло и какой исход был бы хорошим. "
        "Не объясняйте и не оправдывайтесь. Договоритесь об одном следующем шаге с датой, запишите его здесь и "
        "сообщите клиенту, когда он выполнен. Затем укажите первопричину."
    ),
    "lt": (
        "Paskambinkite klientui šiandien. Pirmiausia išklausykite: paklauskite, kas nutiko ir kokia pabaiga būtų "
        "gera. Neaiškinkite ir nesiteisinkite. Susitarkite dėl vieno kito žingsnio su data, užrašykite jį čia ir "
        "praneškite klientui, kai bus padaryta. Tada nurodykite pagrindinę priežastį."
    ),
}
PASSIVE = {
    "en": (
        "Write or call within two days. Thank the customer and ask one question: what would have made it a 9 or 10? "
        "Fix what is small at once, note what is big, and tell the customer which of the two it is."
    ),
    "uk": (
        "Напишіть або зателефонуйте протягом двох днів. Подякуйте клієнту й поставте одне запитання: чого бракувало "
        "до 9 чи 10? Дрібне виправте одразу, велике занотуйте й скажіть клієнту, що саме буде далі."
    ),
    "ru": (
        "Напишите или позвоните в течение двух дней. Поблагодарите клиента и задайте один вопрос: чего не хватило "
        "до 9 или 10? Мелкое исправьте сразу, крупное запишите и скажите клиенту, что именно будет дальше."
    ),
    "lt": (
        "Parašykite arba paskambinkite per dvi dienas. Padėkokite klientui ir užduokite vieną klausimą: ko pritrūko "
        "iki 9 ar 10? Smulkmenas sutvarkykite iš karto, didelius dalykus užsirašykite ir pasakykite klientui, kas "
        "bus toliau."
    ),
}
PROMOTER = {
    "en": (
        "Thank the customer personally and say what you liked about working together. A thank-you e-mail with the "
        "review links has gone out, unless the customer does not want mail. Ask whether a colleague elsewhere could "
        "use our help, and note any referral or review here."
    ),
    "uk": (
        "Подякуйте клієнту особисто й скажіть, що вам сподобалося у співпраці. Лист із подякою та посиланнями на "
        "відгуки вже надіслано, якщо клієнт не відмовився від листів. Запитайте, чи не потрібна наша допомога "
        "комусь із знайомих колег, і занотуйте тут рекомендацію чи відгук."
    ),
    "ru": (
        "Поблагодарите клиента лично и скажите, что вам понравилось в совместной работе. Письмо с благодарностью и "
        "ссылками на отзывы уже отправлено, если клиент не отказался от писем. Спросите, не нужна ли наша помощь "
        "кому-то из знакомых коллег, и запишите здесь рекомендацию или отзыв."
    ),
    "lt": (
        "Asmeniškai padėkokite klientui ir pasakykite, kas jums patiko dirbant kartu. Padėkos laiškas su atsiliepimų "
        "nuorodomis jau išsiųstas, nebent klientas laiškų nenori. Paklauskite, ar mūsų pagalbos nereikėtų kuriam "
        "nors pažįstamam kolegai, ir užrašykite čia rekomendaciją ar atsiliepimą."
    ),
}

HIGH, NORMAL, LOW = 1, 2, 3
DEFAULTS = [
    {
        "category": "detractor",
        "priority": HIGH,
        "first_contact_hours": 4,
        "resolve_hours": 27,
        "instructions": DETRACTOR,
    },
    {
        "category": "passive",
        "priority": NORMAL,
        "first_contact_hours": 18,
        "resolve_hours": 45,
        "instructions": PASSIVE,
    },
    {
        "category": "promoter",
        "priority": LOW,
        "first_contact_hours": 45,
        "resolve_hours": 90,
        "sends_thanks": True,
        "instructions": PROMOTER,
    },
]


def make_default_playbooks(apps, schema_editor):
    Playbook = apps.get_model("followups", "Playbook")
    for playbook in DEFAULTS:
        if not Playbook.objects.filter(survey=None, category=playbook["category"]).exists():
            Playbook.objects.create(**playbook)


class Migration(migrations.Migration):
    dependencies = [("followups", "0001_initial")]
    operations = [migrations.RunPython(make_default_playbooks, migrations.RunPython.noop)]

NPS = {
    "question": "Kiek tikėtina, kad rekomenduotumėte {brand} draugui ar kolegai?",
    "low_label": "Tikrai nerekomenduočiau",
    "high_label": "Tikrai rekomenduočiau",
    "bad_question": "Apgailestaujame, kad nepateisinome Jūsų lūkesčių. Kas buvo negerai ir ką turėtume pakeisti?",
    "middle_question": "Ačiū! Ko pritrūko, kad įvertintumėte 9 arba 10?",
    "good_question": "Mums labai malonu! Kas Jums patiko labiausiai?",
    "bad_thanks": "Ačiū už atvirumą. Kiekvieną žodį perskaitys žmogus, ir mes stengsimės tapti geresni.",
    "middle_thanks": "Ačiū! Jūsų atsakymas padeda suprasti, ką dar turime patobulinti.",
    "good_thanks": "Ačiū! Praskaidrinote mums dieną, būtinai perduosime tai komandai.",
    "email_subject": "[[{name}, ]]„{brand}“ turi Jums klausimą",
    "email_preheader": "Pasirinkite skaičių ir išsiųskite: truks trumpiau nei minutę.",
    "email_greeting": "Sveiki[[, {name}]]!",
    "email_body": (
        "Dėkojame, kad pasirinkote [[„{product}“|mus]]. [[Su Jumis dirba {manager}, todėl mums|Mums]] labai rūpi,"
        " kaip viskas pavyko. Paspauskite tinkamą skaičių ir išsiųskite jį,"
        " o keli žodžiai mums padės dar labiau."
    ),
    "email_button": "Atsakyti",
    "reminder_subject": "[[{name}, mums|Mums]] vis dar rūpi Jūsų nuomonė",
    "reminder_body": (
        "Suprantame, kad darbų daug, todėl visai trumpai: ar Jums patiko [[„{product}“|su mumis dirbti]]?"
        " Užtenka vieno skaičiaus, ir [[Jūsų atsakymą pamatys {manager}|Jūsų atsakymą pamatys mūsų komanda]]."
    ),
    "thanks_subject": "Ačiū Jums[[, {name}]]!",
    "thanks_body": (
        "Jūsų aukštą įvertinimą jau mato [[{manager} ir ]]visa komanda. Nuoširdžiai dėkojame!\n\n"
        "Jei turite dar minutę, keli žodžiai viešame atsiliepime padės tiems, kurie dar tik renkasi."
        " O jei mūsų pagalbos galėtų prireikti Jūsų pažįstamiems, tiesiog persiųskite šį laišką:"
        " jais gerai pasirūpinsime."
    ),
    "sms_body": "Kiek tikėtina, kad rekomenduotumėte {brand} draugui ar kolegai? {scores}: {link}",
    "sms_reminder": "{brand} vis dar laukia Jūsų nuomonės. Ar rekomenduotumėte mus, {scores}? {link}",
}
SATISFACTION = NPS | {
    "email_preheader": "Pasirinkite atsakymą ir išsiųskite: truks trumpiau nei minutę.",
    "email_body": (
        "Dėkojame, kad pasirinkote [[„{product}“|mus]]. [[Su Jumis dirba {manager}, todėl mums|Mums]] labai rūpi,"
        " kaip viskas pavyko. Pasirinkite tinkamą atsakymą ir išsiųskite jį,"
        " o keli žodžiai mums padės dar labiau."
    ),
    "reminder_body": (
        "Suprantame, kad darbų daug, todėl visai trumpai: ar Jums patiko [[„{product}“|su mumis dirbti]]?"
        " Truks trumpiau nei minutę, ir [[Jūsų atsakymą pamatys {manager}|Jūsų atsakymą pamatys mūsų komanda]]."
    ),
    "thanks_body": (
        "Jūsų atsakymą jau mato [[{manager} ir ]]visa komanda. Nuoširdžiai dėkojame!\n\n"
        "Jei turite dar minutę, keli žodžiai viešame atsiliepime padės tiems, kurie dar tik renkasi."
        " O jei mūsų pagalbos galėtų prireikti Jūsų pažįstamiems, tiesiog persiųskite šį laišką:"
        " jais gerai pasirūpinsime."
    ),
}
CSAT = SATISFACTION | {
    "question": "Kiek esate patenkinti [[savo pasirinkimu „{product}“|„{brand}“ darbu]]?",
    "low_label": "Visiškai nepatenkinti",
    "high_label": "Labai patenkinti",
    "middle_question": "Ačiū! Ko pritrūko, kad būtumėte patenkinti?",
    "sms_body": (
        "{brand}: kiek esate patenkinti [[savo pasirinkimu „{product}“|mūsų darbu]]?"
        " Atsakykite {scores} (5 = labai): {link}"
    ),
    "sms_reminder": ("{brand} laukia Jūsų nuomonės. Kiek esate patenkinti? Atsakykite {scores} (5 = labai): {link}"),
}
CSAT10 = {field: text.replace("(5 =", "(10 =") for field, text in CSAT.items()}
CES = SATISFACTION | {
    "question": "Ar sutinkate: „{brand}“ padėjo lengvai gauti tai, ko Jums reikėjo?",
    "low_label": "Visiškai nesutinku",
    "high_label": "Visiškai sutinku",
    "bad_question": "Apgailestaujame, kad Jums teko tiek vargti. Kur kilo sunkumų ir ką turėtume pakeisti?",
    "middle_question": "Ačiū! Ką turėtume supaprastinti?",
    "good_question": "Džiaugiamės, kad viskas buvo paprasta! Kas labiausiai padėjo?",
    "email_body": (
        "Norime, kad iš mūsų lengvai gautumėte tai, ko reikia. [[Su Jumis dirba {manager}, todėl mums|Mums]] labai"
        " rūpi, ar taip ir buvo. Pasirinkite tinkamą atsakymą ir išsiųskite jį,"
        " o keli žodžiai mums padės dar labiau."
    ),
    "reminder_body": (
        "Suprantame, kad darbų daug, todėl visai trumpai: ar lengvai gavote tai, ko Jums reikėjo?"
        " Truks trumpiau nei minutę, ir [[Jūsų atsakymą pamatys {manager}|Jūsų atsakymą pamatys mūsų komanda]]."
    ),
    "sms_body": ("Ar sutinkate: „{brand}“ padėjo lengvai gauti tai, ko Jums reikėjo? {scores} (7 = taip): {link}"),
    "sms_reminder": ("{brand} vis dar laukia Jūsų nuomonės. Ar su mumis buvo lengva? {scores} (7 = labai): {link}"),
}

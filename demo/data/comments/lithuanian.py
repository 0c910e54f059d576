"""What customers say, in Lithuanian. Keys: category, then what it is about."""

COMMENTS = {
    "detractor": {
        "delivery": [
            "Pristatymas vėlavo devynias dienas ir niekas neįspėjo.",
            "Atvežė tik pusę užsakymo, likusios dalies laukiame iki šiol.",
            "Vairuotojas viską paliko prie vartų, į trečią aukštą nešėme patys.",
            "Pristatymo data per savaitę buvo perkelta tris kartus.",
            "Dėžės atkeliavo suplėšytos, viena aiškiai buvo numesta.",
        ],
        "quality": [
            "Du stalviršiai subraižyti tiesiai iš dėžės.",
            "Danga pradėjo luptis po trijų savaičių.",
            "Trūko varžtų, o skylės nesutapo.",
            "Stalo variklis nustojo veikti antrą dieną.",
            "Už tokius pinigus kokybė galėtų būti geresnė.",
        ],
        "support": [
            "Tą patį gedimą aiškinau keturiems skirtingiems žmonėms.",
            "Atsakymo į paprastą klausimą laukėme šešias darbo dienas.",
            "Karštoji linija du kartus tiesiog padėjo ragelį.",
            "Užklausą uždarė, o problema liko.",
            "Atsarginę dalį žadėjo dar pavasarį, kur ji – niekas nežino.",
        ],
        "manager": [
            "Iki sutarties skambino kasdien, po sutarties neprisiskambinsi.",
            "Mūsų vadybininkas neperskambina. Teko ieškoti jo vadovo.",
            "Susitikime žadėjo nuolaidą, sąskaitoje jos nėra.",
            "Trys laiškai vadybininkui ir nė vieno atsakymo.",
            "Buvo matyti, kad mūsų reikalavimų jis net neskaitė.",
        ],
        "price": [
            "Sąskaita didesnė už pasiūlymą ir niekas negalėjo paaiškinti kodėl.",
            "Už montavimą paėmė atskirai, nors sakė, kad įskaičiuota.",
            "Tapote brangiausiu mūsų tiekėju.",
            "Mokame už aptarnavimo planą ir vis tiek gauname sąskaitą už kiekvieną vizitą.",
        ],
        "product": [
            "Rodė vieną modelį, atvežė kitą.",
            "Neatlieka to, kas parašyta aprašyme.",
            "Kairiarankiams šis variantas nepatogus, o kito nėra.",
        ],
        "website": [
            "Užsakymo forma du kartus ištrynė viską, ką įvedžiau.",
            "Svetainėje neįmanoma rasti senos sąskaitos.",
            "Svetainė rodė prekę sandėlyje, kurios iš tikrųjų nebuvo.",
        ],
        "pod": [
            "Kabinos ventiliatorius toks garsus, kad žmonės eina kalbėtis į koridorių.",
            "Kabinos durys neužsidaro nuo pirmos savaitės.",
            "Iš kabinos girdėti kiekvienas žodis. Tai kam ji?",
            "Kabiną surinko be vienos plokštės, laukiame jau antrą mėnesį.",
            "Po dvidešimties minučių kabinoje nebėra kuo kvėpuoti.",
        ],
    },
    "passive": {
        "delivery": [
            "Viskas gerai, tik laukėme savaite ilgiau, nei planavome.",
            "Tikslesnis pristatymo laikas, ir bus devyni.",
            "Normaliai, bet prašau paskambinti prieš atvykstant.",
        ],
        "quality": [
            "Tvirta, nors stalčiai galėtų slankioti švelniau.",
            "Kokybė gera, viena koja truputį įbrėžta.",
            "Padaryta neblogai, kabelių lovelis atrodo pigus.",
        ],
        "support": [
            "Pagalba maloni, bet nelabai greita.",
            "Atsakymą gavome gerą, bet tik trečią dieną.",
            "Žmonės padeda, tik užklausų sistema paini.",
        ],
        "price": [
            "Baldai geri, kaina šiek tiek didesnė nei rinkoje.",
            "Norėtųsi nuolaidos nuolatiniams klientams.",
            "Kaina sąžininga, montavimas brangus.",
            "Gerai būtų matyti atsarginių dalių kainas prieš perkant.",
        ],
        "product": [
            "Savo darbą atlieka. Pridėkite daugiau spalvų.",
            "Apskritai gerai, trūksta aukštesnio modelio.",
            "Veikia gerai, o instrukcija – ne.",
            "Nieko blogo, bet ir nieko ypatingo.",
        ],
        "website": [
            "Svetainė veikia, bet paieška mažai ką randa.",
            "Pakartotinį užsakymą norėčiau pateikti vienu paspaudimu.",
            "Įdėkite į svetainę brėžinius ir bus puiku.",
        ],
    },
    "promoter": {
        "delivery": [
            "Atvežė minutės tikslumu ir surinko dar iki pietų.",
            "Montuotojai dirbo greitai, tyliai ir net pašlavė.",
            "Jūsų komandos dėka persikraustėme per vieną savaitgalį.",
            "Viskas atkeliavo pilnai ir diena anksčiau.",
        ],
        "quality": [
            "Po dvejų metų stalai atrodo kaip nauji.",
            "Kokybę pajunti vos atsisėdęs.",
            "Nė vieno nusiskundimo iš devyniasdešimties žmonių. Tuo viskas pasakyta.",
            "Gražiai padaryta, svečiai klausia, kur pirkome.",
        ],
        "support": [
            "Parašiau ryte, meistras buvo jau po pietų.",
            "Gyvi žmonės, kurie išmano savo prekę. Retenybė.",
            "Sulūžusią svirtį pakeitė be jokių popierių.",
            "Perskambino paklausti, ar po remonto viskas gerai. Labai malonu.",
            "Mūsų vadybininkas galvoja kartu su mumis ir atvirai pasako, kai ko nors nereikia.",
        ],
        "price": [
            "Palyginome penkis tiekėjus, jūsų sąlygos aiškiausios.",
            "Sąskaita sutapo su pasiūlymu iki cento.",
            "Verta savo kainos, nugara dėkoja.",
        ],
        "product": [
            "Geriausios kėdės, kokias esame turėję.",
            "Planas pavyko, kambarys pagaliau veikia.",
            "Kavos stotelė tapo mūsų aukšto širdimi.",
            "Tiesiog veikia ir gražiai atrodo.",
        ],
        "website": [
            "Užsakymas užtruko keturias minutes. Kad visur taip.",
            "Patinka, kad matyti kiekvienas užsakymo žingsnis.",
        ],
    },
}

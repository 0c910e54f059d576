"""What customers say, in English. Keys: category, then what it is about."""

COMMENTS = {
    "detractor": {
        "delivery": [
            "Delivery came nine days after the date we were promised.",
            "Half of the order arrived, the rest is still somewhere on the road.",
            "The driver left everything at the kerb and we carried it up ourselves.",
            "Nobody told us the delivery had moved, so two fitters waited here for nothing.",
            "Boxes were torn and one of them had clearly been dropped.",
        ],
        "quality": [
            "Two of the table tops have scratches right out of the box.",
            "The finish started to peel after three weeks.",
            "Screws were missing and the holes did not line up.",
            "One of the motors stopped working on the second day.",
            "For this class of furniture I expect better joints.",
        ],
        "support": [
            "I explained the same fault to four different people.",
            "We waited six working days for an answer to a simple question.",
            "The hotline hung up on me twice.",
            "Your support closes tickets without asking whether anything is fixed.",
            "The spare part was promised in March and nobody can say where it is.",
        ],
        "manager": [
            "Before the contract he called every day; after it I cannot reach him.",
            "Our account manager does not return calls. I had to ask for his boss.",
            "We were promised a discount in the meeting and it was not on the invoice.",
            "Three e-mails to our manager, no answer to any of them.",
            "He clearly had not read our requirements before making the offer.",
        ],
        "price": [
            "The invoice was higher than the offer and nobody could explain why.",
            "Fitting was charged extra although we were told it was included.",
            "You have become the most expensive supplier we have.",
            "We pay for a service plan and still get billed for each visit.",
        ],
        "product": [
            "The model we were shown is not the model we received.",
            "It does not do what the data sheet says.",
            "We need a left-handed version and it turns out there is none.",
        ],
        "website": [
            "The order form lost everything I typed, twice.",
            "It is impossible to find an old invoice in the web shop.",
            "The shop showed stock that did not exist.",
        ],
        "pod": [
            "The pod's fan is so loud that people prefer the corridor.",
            "The door of the pod does not close properly since the first week.",
            "You can hear every word from inside the pod, so what is it for?",
            "The pod was assembled with a panel missing and we have been waiting ever since.",
            "Ventilation in the pod gives up after twenty minutes and it becomes an oven.",
        ],
    },
    "passive": {
        "delivery": [
            "All fine in the end, only the delivery took a week longer than planned.",
            "A two-hour time slot instead of a whole day would earn you a nine.",
            "Good, but please call before the truck arrives.",
        ],
        "quality": [
            "Solid, though the drawers could run more smoothly.",
            "Good quality, small scratches on one leg.",
            "Decent build; the cable tray feels a bit cheap.",
        ],
        "support": [
            "Support is friendly but not quick.",
            "I got a good answer, on the third day.",
            "Helpful people, complicated ticket system.",
        ],
        "price": [
            "Good furniture, a little above what the market asks.",
            "A discount for returning customers would be a nice gesture.",
            "Fair price, expensive fitting.",
            "I would like to see the price of spare parts before I buy.",
        ],
        "product": [
            "It does the job. More colours, please.",
            "Fine overall; a taller version is missing from the range.",
            "Works well, the manual does not.",
            "Nothing wrong with it, nothing special either.",
        ],
        "website": [
            "The shop works but the search finds little.",
            "Ordering again should not mean typing everything again.",
            "Add the CAD drawings to the product pages and I am happy.",
        ],
    },
    "promoter": {
        "delivery": [
            "Delivered to the minute and fitted before lunch.",
            "The fitters were quick, quiet and even swept the floor.",
            "We moved offices in one weekend thanks to your delivery crew.",
            "Everything came complete and a day early.",
        ],
        "quality": [
            "After two years the desks still look like new.",
            "You feel the quality the moment you sit down.",
            "Not one complaint from ninety people. That says it all.",
            "Beautifully made; visitors ask where we bought it.",
        ],
        "support": [
            "I wrote in the morning and the technician was here in the afternoon.",
            "Real people who know the product. Rare nowadays.",
            "A broken lever was replaced without a single form.",
            "They called back to ask whether the repair had held. Wonderful.",
            "Our account manager thinks along with us and says no when no is right.",
        ],
        "price": [
            "Good value: we compared five suppliers and you were the clearest.",
            "The offer was the invoice, to the cent.",
            "Worth every pound, my back says so.",
        ],
        "product": [
            "The best chairs we have ever had in the office.",
            "Planning was spot on, the room finally works.",
            "The coffee station has become the heart of our floor.",
            "It just works and looks good doing it.",
        ],
        "website": [
            "Ordering took four minutes. More shops like this, please.",
            "I love that I can follow the order step by step.",
        ],
    },
}

TEXTS = {
    "question": "How likely is it that you would recommend {brand} to a friend or colleague?",
    "low_label": "Not at all likely",
    "high_label": "Extremely likely",
    "detractor_question": "We are sorry it was not better. What was not right, and what should we change?",
    "passive_question": "Thank you! What would it take to earn a 9 or a 10 from you?",
    "promoter_question": "We are so glad to hear it! What did you like most?",
    "detractor_thanks": "Thank you for being frank. A person reads every word, and we will use it to do better.",
    "passive_thanks": "Thank you. Your answer shows us what to work on next.",
    "promoter_thanks": "Thank you! You have made our day, and we will pass it on to the team.",
    "email_subject": "[[{name}, one|One]] quick question from {brand}",
    "email_preheader": "One tap is enough. It takes less than a minute.",
    "email_greeting": "Hello[[ {name}]],",
    "email_body": (
        "Thank you for choosing [[{product}|us]]. [[{manager} and the whole team at {brand}|All of us at {brand}]]"
        " would love to know how it went for you. Just tap the number that fits: one tap is enough,"
        " and a few words make it even more useful."
    ),
    "email_button": "Answer in one tap",
    "reminder_subject": "[[{name}, we|We]] would still love to hear from you",
    "reminder_body": (
        "We know your days are full, so only this: how did it go with [[{product}|us]]?"
        " One tap on a number is all it takes, and [[{manager}|our team]] will see your answer."
    ),
    "thanks_subject": "Thank you[[, {name}]]!",
    "thanks_body": (
        "Your kind score went straight to [[{manager} and ]]the whole team. Thank you!\n\n"
        "If you have another minute, a few words in public help others who are still choosing."
        " And if somebody you know could use our help, simply pass this message on:"
        " we will take good care of them."
    ),
}

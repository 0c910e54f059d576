NPS = {
    "question": "How likely is it that you would recommend {brand} to a friend or colleague?",
    "low_label": "Not at all likely",
    "high_label": "Extremely likely",
    "bad_question": "We are sorry it was not better. What was not right, and what should we change?",
    "middle_question": "Thank you! What would it take to earn a 9 or a 10 from you?",
    "good_question": "We are so glad to hear it! What did you like most?",
    "bad_thanks": "Thank you for being frank. A person reads every word, and we will use it to do better.",
    "middle_thanks": "Thank you. Your answer shows us what to work on next.",
    "good_thanks": "Thank you! You have made our day, and we will pass it on to the team.",
    "email_subject": "[[{name}, one|One]] quick question from {brand}",
    "email_preheader": "Choose a number and send it: less than a minute.",
    "email_greeting": "Hello[[ {name}]],",
    "email_body": (
        "Thank you for choosing [[{product}|us]]. [[{manager} and the whole team at {brand}|All of us at {brand}]]"
        " would love to know how it went for you. Tap the number that fits and send it;"
        " a few words make it even more useful."
    ),
    "email_button": "Give your answer",
    "reminder_subject": "[[{name}, we|We]] would still love to hear from you",
    "reminder_body": (
        "We know your days are full, so only this: how did it go with [[{product}|us]]?"
        " A number is all it takes, and [[{manager}|our team]] will see your answer."
    ),
    "thanks_subject": "Thank you[[, {name}]]!",
    "thanks_body": (
        "Your kind score went straight to [[{manager} and ]]the whole team. Thank you!\n\n"
        "If you have another minute, a few words in public help others who are still choosing."
        " And if somebody you know could use our help, simply pass this message on:"
        " we will take good care of them."
    ),
    "sms_body": "How likely is it that you would recommend {brand} to a friend or colleague? {scores}: {link}",
    "sms_reminder": "{brand} would still love to hear from you. How likely are you to recommend us, {scores}? {link}",
}
# What is said of an answer holds for numbers, smileys and stars.
SATISFACTION = NPS | {
    "email_preheader": "Choose your answer and send it: less than a minute.",
    "email_body": (
        "Thank you for choosing [[{product}|us]]. [[{manager} and the whole team at {brand}|All of us at {brand}]]"
        " would love to know how it went for you. Choose the answer that fits and send it;"
        " a few words make it even more useful."
    ),
    "reminder_body": (
        "We know your days are full, so only this: how did it go with [[{product}|us]]?"
        " It takes less than a minute, and [[{manager}|our team]] will see your answer."
    ),
    "thanks_body": (
        "Your kind answer went straight to [[{manager} and ]]the whole team. Thank you!\n\n"
        "If you have another minute, a few words in public help others who are still choosing."
        " And if somebody you know could use our help, simply pass this message on:"
        " we will take good care of them."
    ),
}
CSAT = SATISFACTION | {
    "question": "How satisfied are you with [[{product}|{brand}]]?",
    "low_label": "Very dissatisfied",
    "high_label": "Very satisfied",
    "middle_question": "Thank you! What was missing for you to be satisfied?",
    "sms_body": "{brand}: how satisfied are you with [[{product}|us]]? Answer {scores} (5 = very): {link}",
    "sms_reminder": (
        "{brand} would still love to hear from you. How satisfied are you? Answer {scores} (5 = very): {link}"
    ),
}
CSAT10 = {field: text.replace("(5 =", "(10 =") for field, text in CSAT.items()}
# CES 2.0: how far somebody agrees that it was made easy.
CES = SATISFACTION | {
    "question": "Do you agree: {brand} made it easy for me to get what I needed?",
    "low_label": "Strongly disagree",
    "high_label": "Strongly agree",
    "bad_question": "We are sorry it was such hard work. Where did you get stuck, and what should we change?",
    "middle_question": "Thank you! What would have made it easier?",
    "good_question": "We are glad it was easy! What helped you most?",
    "email_body": (
        "We want it to be easy to get what you need from us."
        " [[{manager} and the whole team at {brand}|All of us at {brand}]]"
        " would love to know whether it was. Choose the answer that fits and send it;"
        " a few words make it even more useful."
    ),
    "reminder_body": (
        "We know your days are full, so only this: was it easy to get what you needed?"
        " It takes less than a minute, and [[{manager}|our team]] will see your answer."
    ),
    "sms_body": ("Do you agree: {brand} made it easy for me to get what I needed? Answer {scores} (7 = yes): {link}"),
    "sms_reminder": (
        "{brand} would still love to hear from you. Did we make it easy? Answer {scores} (7 = very): {link}"
    ),
}

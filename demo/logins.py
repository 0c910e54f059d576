"""Who can log in to the demo: role, e-mail address, password."""

PASSWORD = "plumb-demo"

LOGINS = [
    ("administrator", "admin@plumb.example", PASSWORD),
    ("head of all teams", "ceo@plumb.example", PASSWORD),
    ("manager", "olena@plumb.example", PASSWORD),
    ("agent", "jonas@plumb.example", PASSWORD),
]

"""Single sign-on: staff log in at the company's own provider (OpenID Connect), where the settings SIGN_ON_… name one.

`rules` says whether and of whom, `views` leads there and back, `provider` speaks the protocol, `idtoken` believes what
is signed, `admission` says who that is here, `links` remembers it, `proof` remembers what a session has proved.
"""

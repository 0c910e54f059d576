"""A database of a benchmark's own beside DATABASE_URL, and what every benchmark needs in it."""

import os
import tempfile
from contextlib import contextmanager


@contextmanager
def scratch_database(of):
    """Make a database for the benchmark `of`, work in it, give its URL, and drop it at the end."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    name, home = f"bench_{of}_{os.getpid()}", connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", verbosity=0)
        yield os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        connection.close()


@contextmanager
def collected_static():
    """Collect the static files into a folder for as long as pages are asked for. Comes before django.setup()."""
    with tempfile.TemporaryDirectory() as static:
        os.environ["STATIC_ROOT"] = static
        import django
        from django.core.management import call_command

        django.setup()
        call_command("collectstatic", verbosity=0, interactive=False)
        yield


def new_survey(name="Bench", **brand):
    """Return an active survey of a brand, with published standard texts."""
    from accounts.models import Brand
    from surveys.models import Survey, SurveyVersion
    from surveys.wording.texts import STANDARD

    slug = name.lower().replace(" ", "-")
    owner, _made = Brand.objects.get_or_create(slug=slug, defaults={"name": "Ąžuolas & Co", **brand})
    survey = Survey.objects.create(name=name, brand=owner, status="active")
    SurveyVersion.objects.create(survey=survey, number=1, texts=STANDARD["nps"]).publish()
    return survey

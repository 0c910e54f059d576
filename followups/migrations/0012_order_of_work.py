from pathlib import Path

from django.db import migrations

# As it was before work could be about an ask: rows of earlier versions have no such column yet.
ORDER = Path(__file__).with_suffix(".sql").read_text()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_whose_words"),
        ("responses", "0014_topics_of_comments"),
        ("followups", "0011_station"),
    ]

    operations = [
        migrations.RunSQL(
            ORDER,
            """
            DROP TRIGGER followups_answer_changed ON responses_response;
            DROP TRIGGER followups_ranked ON followups_followup;
            DROP FUNCTION followups_rank_anew, followups_rank, followups_lead;
            """,
        ),
        # What is open by now is worth what its answer was about.
        migrations.RunSQL(
            """
            UPDATE followups_followup f SET category = '', worth = r.amount_base
            FROM responses_response r WHERE r.id = f.response_id
            """,
            migrations.RunSQL.noop,
        ),
    ]

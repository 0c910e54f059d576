from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The outbox may be large, and sending goes on while it is indexed.
    atomic = False

    dependencies = [("delivery", "0019_text_gateways")]

    operations = [
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("medium", "sms")), fields=["to_address", "-id"], name="delivery_message_texts"
            ),
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("medium", "sms"), ("status", "sent")),
                fields=["sent_at"],
                name="delivery_message_texts_sent",
            ),
        ),
    ]

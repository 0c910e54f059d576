from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0019_buttons_by_name'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(
                condition=models.Q(('asked_at__isnull', False)), fields=['asked_at'], name='surveys_invite_asked'
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0011_successions")]
    operations = [
        migrations.CreateModel(
            name="MonthlySpread",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("metric", models.CharField(max_length=10)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("dimension", models.CharField(max_length=20)),
                ("member_id", models.BigIntegerField()),
                ("clusters", models.IntegerField()),
                ("answers", models.IntegerField()),
                ("total", models.IntegerField()),
                ("squares", models.BigIntegerField()),
                ("products", models.BigIntegerField()),
                ("sizes", models.BigIntegerField()),
                ("worths", models.IntegerField()),
                ("measured_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("metric", "last", "first", "dimension", "member_id"),
                        name="analytics_monthlyspread_once",
                    )
                ],
            },
        ),
    ]

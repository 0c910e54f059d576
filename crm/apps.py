from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Customers and deals")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.access import passwords
        from crm.models import Product

        passwords.know(lambda: Product.objects.values_list("name", flat=True))

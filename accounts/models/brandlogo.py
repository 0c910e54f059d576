from django.db import models

from accounts.logos import Logo
from accounts.models.brand import Brand


class BrandLogo(models.Model):
    """The bytes of a brand's logo, apart from the brand, which is read all the time. `name`: see accounts.logos."""

    brand = models.OneToOneField(Brand, on_delete=models.CASCADE, primary_key=True, related_name="picture")
    name = models.CharField(max_length=50, db_index=True)
    png = models.BinaryField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def keep(cls, brand: Brand, logo: Logo | None) -> None:
        """Give a brand this logo in place of the one it has, or none; call it in a transaction."""
        if logo is None:
            cls.objects.filter(brand=brand).delete()
        else:
            cls.objects.update_or_create(brand=brand, defaults={"name": logo.name, "png": logo.png})
        brand.logo = logo.name if logo else ""
        brand.save(update_fields=["logo"])

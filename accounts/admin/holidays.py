from django.contrib import admin

from accounts.admin.kept import Setting
from accounts.models import Holiday


@admin.register(Holiday)
class HolidayAdmin(Setting, admin.ModelAdmin[Holiday]):
    list_display = ("date", "name", "region")
    list_filter = ("region",)
    search_fields = ("name",)
    date_hierarchy = "date"
    ordering = ("-date", "region")

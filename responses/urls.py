from django.urls import path

from responses.open_links import staff_pages

urlpatterns = [
    path("open-links/<int:pk>/qr.<str:kind>", staff_pages.download_code, name="open_link_code"),
    path("open-links/<int:pk>/sheet/<str:size>/", staff_pages.show_sheet, name="open_link_sheet"),
]

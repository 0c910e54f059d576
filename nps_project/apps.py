from django.contrib.admin.apps import AdminConfig


class PlumbAdminConfig(AdminConfig):
    default_site = "nps_project.admin_site.PlumbAdminSite"

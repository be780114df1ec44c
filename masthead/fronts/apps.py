from django.apps import AppConfig


class FrontsConfig(AppConfig):
    name = "masthead.fronts"
    label = "fronts"
    verbose_name = "Fronts"

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "masthead.config"
    label = "masthead_config"
    verbose_name = "Masthead"

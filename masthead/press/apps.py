from django.apps import AppConfig


class PressConfig(AppConfig):
    name = "masthead.press"
    label = "press"
    verbose_name = "Press"

    def ready(self) -> None:
        from masthead.press import hooks

        hooks.connect()

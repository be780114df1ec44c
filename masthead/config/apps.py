from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "masthead.config"
    label = "masthead_config"
    verbose_name = "Masthead"

    def ready(self) -> None:
        """Rid the desk of inline scripts, so that its policy can forbid them."""
        from masthead.config import inline

        inline.replace()

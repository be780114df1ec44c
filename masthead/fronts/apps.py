from django.apps import AppConfig


class FrontsConfig(AppConfig):
    name = "masthead.fronts"
    label = "fronts"
    verbose_name = "Fronts"

    def ready(self) -> None:
        from masthead.fronts.public_paths import paths
        from masthead.press.catalogue import tell_of

        tell_of(paths)

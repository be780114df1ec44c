from django.apps import AppConfig


class FrontsConfig(AppConfig):
    name = "masthead.fronts"
    label = "fronts"
    verbose_name = "Fronts"

    def ready(self) -> None:
        from masthead.fronts import hooks
        from masthead.fronts.public_paths import paths
        from masthead.press.catalogue import tell_of

        hooks.connect()
        tell_of(paths)

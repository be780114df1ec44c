from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "masthead.media"
    label = "media"
    verbose_name = "Media"

    def ready(self) -> None:
        """Have every cut picture lose what its original says about place, camera and owner."""
        from willow.plugins.pillow import PillowImage
        from willow.registry import registry

        from masthead.media.metadata import orient_and_forget

        registry.register_operation(PillowImage, "auto_orient", orient_and_forget)

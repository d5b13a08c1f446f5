"""A signpost: Django looks for models here, they are defined in plans.mirror.models."""

from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "kheo.review"
    label = "review"

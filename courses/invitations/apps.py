from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "courses.invitations"
    label = "invitations"

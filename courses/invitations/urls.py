"""Inviting people to a class, and joining one."""

from django.urls import path

from courses.invitations import views

app_name = "invitations"

CLASS = "courses/<slug:course>/class/invitations/"

urlpatterns = [
    path(CLASS, views.invitations, name="invitations"),
    path(CLASS + "<int:invitation>/withdraw/", views.withdraw, name="withdraw"),
    path("join/", views.type_key, name="type-key"),
    path("join/<slug:code>/", views.join, name="join"),
]

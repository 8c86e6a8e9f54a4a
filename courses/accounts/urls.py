"""The profile. Signing up and in are allauth's, under ``accounts/``."""

from django.urls import path

from courses.accounts import views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("profile/tokens/", views.create_token, name="create-token"),
    path("profile/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke-token"),
]

"""The profile. Signing up and in are allauth's, under ``accounts/``."""

from django.urls import path
from django.views.generic import RedirectView

from courses.accounts import own_views, views

app_name = "accounts"

# /profile/
about = [
    path("profile/", views.profile, name="profile"),
    path("profile/tokens/", views.create_token, name="create-token"),
    path("profile/tokens/<int:token>/revoke/", views.revoke_token, name="revoke-token"),
]

# /profile/sign-ins/
sign_ins = [
    path("profile/sign-ins/", own_views.sign_ins, name="sign-ins"),
    path("profile/sign-ins/end-others/", own_views.end_others, name="end-others"),
    path("profile/sign-ins/<int:sign_in>/end/", own_views.end_one, name="end-sign-in"),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="accounts:sign-ins")),  # instead of allauth's page
]

# /profile/data/
data = [
    path("profile/data/", own_views.data, name="data"),
    path("profile/data/archive/", own_views.archive, name="archive"),
    path("profile/data/delete/", own_views.delete, name="delete"),
]

urlpatterns = [*about, *sign_ins, *data]

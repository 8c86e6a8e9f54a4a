"""Certificates: getting one, and verifying anybody's."""

from django.urls import path

from courses.certificates import views

app_name = "certificates"

urlpatterns = [
    path("courses/<slug:course>/certificate/", views.get, name="get"),
    path("certificates/<slug:code>/", views.certificate, name="certificate"),
    path("certificates/<slug:code>/revoke/", views.revoke, name="revoke"),
]

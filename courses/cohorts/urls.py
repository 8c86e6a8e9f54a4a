"""Enrollment and gradebook."""

from django.urls import path

from courses.cohorts import views

app_name = "cohorts"

urlpatterns = [
    path("courses/<slug:course>/enroll/", views.enroll, name="enroll"),
    path("courses/<slug:course>/gradebook/", views.gradebook, name="gradebook"),
]

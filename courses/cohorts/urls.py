"""Enrollment and gradebook."""

from django.urls import path

from courses.cohorts import class_views, views

app_name = "cohorts"

urlpatterns = [
    path("courses/<slug:course>/enroll/", views.enroll, name="enroll"),
    path("courses/<slug:course>/gradebook/", views.gradebook, name="gradebook"),
    path("courses/<slug:course>/class/", class_views.class_page, name="class"),
    path("courses/<slug:course>/class/cohorts/<slug:cohort>/", class_views.cohort_page, name="cohort"),
    path("courses/<slug:course>/class/people/", class_views.people, name="people"),
    path("courses/<slug:course>/class/people/<int:enrollment>/", class_views.person, name="person"),
    path("courses/<slug:course>/class/extensions/<int:extension>/withdraw/", class_views.withdraw, name="withdraw"),
    path("courses/<slug:course>/class/roster/", class_views.roster, name="roster"),
]

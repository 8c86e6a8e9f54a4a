"""Courses, for reading."""

from django.urls import path

from courses.catalog import views

app_name = "catalog"

urlpatterns = [
    path("courses/", views.course_list, name="course-list"),
    path("courses/<slug:course>/", views.course_page, name="course"),
    path("courses/<slug:course>/chapters/<slug:chapter>/", views.chapter_page, name="chapter"),
    path("courses/<slug:course>/chapters/<slug:chapter>/place/", views.keep_place, name="keep-place"),
    path("courses/<slug:course>/chapters/<slug:chapter>/notebook/", views.chapter_notebook, name="chapter-notebook"),
    path("courses/<slug:course>/placement/", views.placement_page, name="placement"),
    path("courses/<slug:course>/faq/", views.faq, name="faq"),
]

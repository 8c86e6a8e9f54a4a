"""The library."""

from django.urls import path

from courses.library import views

app_name = "library"

urlpatterns = [
    path("library/", views.library_list, name="list"),
    path("library/events.ics", views.events_calendar, name="calendar"),
]

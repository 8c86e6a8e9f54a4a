"""Exercises and submissions."""

from django.urls import path

from courses.exercises import results, views

app_name = "exercises"

EXERCISE = "courses/<slug:course>/exercises/<slug:exercise>/"

urlpatterns = [
    path(EXERCISE, views.workbench, name="workbench"),
    path(EXERCISE + "draft/", views.save, name="save-draft"),
    path(EXERCISE + "run/", views.run, name="run"),
    path(EXERCISE + "submit/", views.submit, name="submit"),
    path(EXERCISE + "archive/", views.archive, name="archive"),
    path(EXERCISE + "starter/<path:name>", views.starter, name="starter"),
    path(EXERCISE + "submissions/", results.history, name="history"),
    path("submissions/ended/", results.ended, name="ended"),
    path("submissions/<int:pk>/", results.result, name="result"),
    path("submissions/<int:pk>/changes/", results.changes, name="changes"),
    path("submissions/<int:pk>/files/", results.files, name="files"),
    path("submissions/<int:pk>/files/<path:name>", results.file, name="file"),
    path("submissions/<int:pk>/figures/<int:number>.png", results.figure, name="figure"),
    path("submissions/<int:pk>/events/", results.events, name="events"),
    path("submissions/<int:pk>/cancel/", results.cancel, name="cancel"),
]

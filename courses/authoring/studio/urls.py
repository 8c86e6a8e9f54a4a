"""The studio: for those who write courses."""

from django.urls import path

from courses.authoring.checking import views as checking
from courses.authoring.editing import views as editing
from courses.authoring.studio import views

app_name = "studio"

urlpatterns = [
    path("studio/", views.overview, name="overview"),
    path("studio/upload/", views.upload, name="upload"),
    path("studio/<slug:course>/", views.releases, name="releases"),
    path("studio/<slug:course>/<int:number>/", views.release_page, name="release"),
    path("studio/<slug:course>/<int:number>/publish/", views.publish_release, name="publish"),
    path("studio/<slug:course>/<int:number>/discard/", views.discard_release, name="discard"),
    path("studio/<slug:course>/files/", editing.files, name="files"),
    path("studio/<slug:course>/files/add/", editing.add, name="add-file"),
    path("studio/<slug:course>/files/chapter/", editing.start_chapter, name="start-chapter"),
    path("studio/<slug:course>/files/prepare/", editing.prepare, name="prepare"),
    path("studio/<slug:course>/edit/<path:path>", editing.edit, name="edit"),
    path("studio/<slug:course>/preview/<path:path>", editing.preview_file, name="preview-file"),
    path("studio/<slug:course>/remove/<path:path>", editing.remove, name="remove-file"),
    path("studio/<slug:course>/undo/<path:path>", editing.undo, name="undo-file"),
    path("studio/<slug:course>/<int:number>/checks/", checking.checks, name="checks"),
    path("studio/<slug:course>/<int:number>/checks/start/", checking.start, name="check"),
    path("studio/<slug:course>/<int:number>/checks/stop/", checking.stop, name="stop-check"),
    path("studio/<slug:course>/<int:number>/chapters/<slug:chapter>/", views.preview_chapter, name="preview"),
    path(
        "studio/<slug:course>/<int:number>/exercises/<slug:exercise>/", views.preview_exercise, name="preview-exercise"
    ),
]

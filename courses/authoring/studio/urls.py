"""The studio: for those who write courses."""

from django.urls import path

from courses.authoring.checking import views as checking
from courses.authoring.studio import views

app_name = "studio"

urlpatterns = [
    path("studio/", views.overview, name="overview"),
    path("studio/upload/", views.upload, name="upload"),
    path("studio/<slug:course>/", views.releases, name="releases"),
    path("studio/<slug:course>/<int:number>/", views.release_page, name="release"),
    path("studio/<slug:course>/<int:number>/publish/", views.publish_release, name="publish"),
    path("studio/<slug:course>/<int:number>/discard/", views.discard_release, name="discard"),
    path("studio/<slug:course>/<int:number>/checks/", checking.checks, name="checks"),
    path("studio/<slug:course>/<int:number>/checks/start/", checking.start, name="check"),
    path("studio/<slug:course>/<int:number>/checks/stop/", checking.stop, name="stop-check"),
    path("studio/<slug:course>/<int:number>/chapters/<slug:chapter>/", views.preview_chapter, name="preview"),
    path(
        "studio/<slug:course>/<int:number>/exercises/<slug:exercise>/", views.preview_exercise, name="preview-exercise"
    ),
]

"""Files of courses."""

from django.urls import path

from courses.authoring import views

app_name = "authoring"

urlpatterns = [
    path("courses/<slug:course>/files/<slug:digest>/<str:name>", views.file, name="file"),
]

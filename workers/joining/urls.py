"""How machines join."""

from django.urls import path

from workers.joining import views

app_name = "joining"
urlpatterns = [
    path("pools/<slug:pool>/add-machine/", views.add, name="add"),
    path("nodes/join/", views.join, name="join"),
]

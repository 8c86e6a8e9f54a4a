"""Pages of the pools."""

from django.urls import path

from workers.pools import views

app_name = "pools"
urlpatterns = [
    path("pools/", views.pool_list, name="list"),
    path("pools/<slug:pool>/pause/", views.pause, name="pause"),
    path("pools/<slug:pool>/resume/", views.resume, name="resume"),
]

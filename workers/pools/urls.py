"""Pages of the pools."""

from django.urls import path

from workers.pools import views

app_name = "pools"

# /pools/
pools = [
    path("pools/", views.pool_list, name="list"),
    path("pools/<slug:pool>/", views.pool_page, name="pool"),
    path("pools/<slug:pool>/series/", views.pool_series, name="pool-series"),
    path("pools/<slug:pool>/forecast/", views.pool_forecast, name="pool-forecast"),
    path("pools/<slug:pool>/requeue-owed/", views.requeue_owed, name="requeue-owed"),
    path("pools/<slug:pool>/workers/<slug:worker>/", views.worker_page, name="worker"),
    path("pools/<slug:pool>/workers/<slug:worker>/series/", views.worker_series, name="worker-series"),
    path("pools/<slug:pool>/<slug:action>/", views.pool_action, name="pool-action"),
]

# /nodes/  and  /jobs/
parts = [
    path("nodes/<slug:node>/<slug:action>/", views.node_action, name="node-action"),
    path("jobs/<int:job>/<slug:action>/", views.job_action, name="job-action"),
]

urlpatterns = [*pools, *parts]

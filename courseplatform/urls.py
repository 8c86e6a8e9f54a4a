"""The site map. Each app names its own full paths."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from courseplatform import health, metrics, views
from courseplatform.api import api

#: One way in for everybody: with its rate limits and its second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "courseplatform.errors.bad_request"

urlpatterns = [
    path("", views.home, name="home"),
    path("design/", views.design, name="design"),
    path("favicon.ico", views.favicon),
    path("theme/", views.set_theme, name="set-theme"),
    path("", include("courses.accounts.urls")),
    path("", include("courses.authoring.urls")),
    path("", include("courses.authoring.studio.urls")),
    path("", include("courses.catalog.urls")),
    path("", include("courses.library.urls")),
    path("", include("courses.search.urls")),
    path("", include("courses.quizzes.urls")),
    path("", include("courses.cohorts.urls")),
    path("", include("courses.competitions.urls")),
    path("", include("courses.exercises.urls")),
    path("", include("courses.discussions.urls")),
    path("", include("courses.certificates.urls")),
    path("", include("courses.invitations.urls")),
    path("", include("workers.joining.urls")),
    path("", include("workers.pools.urls")),
    path("api/v1/", api.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("django-admin/", admin.site.urls),
]

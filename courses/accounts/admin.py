"""Accounts in Django's admin. Tokens can be revoked there, never read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.accounts.models import ApiToken, User

if TYPE_CHECKING:
    ApiTokenAdminBase = admin.ModelAdmin[ApiToken]
    UserAdminBase = UserAdmin[User]
else:
    ApiTokenAdminBase = admin.ModelAdmin
    UserAdminBase = UserAdmin


@admin.register(User)
class AccountAdmin(UserAdminBase):
    fieldsets = (*(UserAdmin.fieldsets or ()), (_("Preferences"), {"fields": ("language", "time_zone")}))


@admin.register(ApiToken)
class ApiTokenAdmin(ApiTokenAdminBase):
    list_display = ("prefix", "name", "user", "created", "last_used")
    readonly_fields = ("user", "name", "prefix", "created", "last_used")
    exclude = ("digest",)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002  # Django's signature
        return False

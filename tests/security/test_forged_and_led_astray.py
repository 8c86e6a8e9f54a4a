"""No other site makes a reader's browser do anything, and no link of ours leads to another site."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from courses.accounts.models import User
from tests.conftest import PASSWORD
from tests.security.test_every_url import GROUPS, ONLY_HERE, TABLE, ask
from tests.security.world import ROLES, World

#: Not a browser's: machines send a code, and the API wants a token, which no browser sends by itself.
WITHOUT_COOKIES = ("nodes/join/", "api/")
ASTRAY = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:evil.example",
    "https:/evil.example",
    " https://evil.example/",
    "\thttps://evil.example/",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
    "javascript:alert(1)",
    "data:text/html,x",
    "/%0d%0aLocation:%20https://evil.example/",
)
#: Where a page says where to go next; the other fields of each form are those that make it go.
GOES_ON = {
    "/theme/": {"theme": "dark"},
    "/i18n/setlang/": {"language": "en"},
    "/courses/sums/enroll/": {},
    "/accounts/login/": {"login": "erin", "password": PASSWORD},
    "/accounts/logout/": {},
    "/accounts/reauthenticate/": {"password": PASSWORD},
    "/accounts/signup/": {"username": "gina", "email": "g@example.org", "password1": PASSWORD, "password2": PASSWORD},
}


def test_every_form_wants_its_own_token(world: World) -> None:
    """A cookie alone does nothing, whoever's it is."""
    open_to = {}
    for route, _get, post in TABLE:
        if post in ("-", "nobody") or route.startswith(WITHOUT_COOKIES):
            continue
        role = next((role for role, met in zip(ROLES, GROUPS[post], strict=True) if met == "o"), "alice")
        world.clients[role].handler.enforce_csrf_checks = True
        answer = ask(world, role, "post", world.address(route, **ONLY_HERE.get(route, {})))
        if answer.status_code not in (403, 301):  # 301: to a page that wants it
            open_to[route] = answer.status_code
    assert open_to == {}


@pytest.mark.parametrize("page", GOES_ON)
def test_no_address_leads_away_from_the_site(world: World, page: str) -> None:
    away = {}
    for target in ASTRAY:
        for where in ("query", "form"):
            client = Client()
            if page not in ("/accounts/login/", "/accounts/signup/"):
                client.force_login(world.people["erin"])
            fields = {**GOES_ON[page], **({"next": target} if where == "form" else {})}
            answer = client.post(page, fields, query_params={"next": target} if where == "query" else None)
            assert answer.status_code < 500
            led = answer.headers.get("Location", "")
            if urlsplit(led.replace("\\", "/").strip()).netloc or urlsplit(led).scheme or "\n" in led:
                away[f"{where}: {target}"] = led
            User.objects.filter(username="gina").delete()
    assert away == {}

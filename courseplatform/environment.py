"""Settings from environment variables, read once, typed and loud."""

from __future__ import annotations

import ipaddress
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


class EnvironmentInvalid(RuntimeError):
    """An environment variable has a value that cannot be used; the message names it and the remedy."""


def env_bool(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in ("", "0", "false", "no", "off", "1", "true", "yes", "on"):
        return default if value == "" else value in ("1", "true", "yes", "on")
    raise EnvironmentInvalid(f"{name} is {value!r}; write 1 or 0")


def env_int(name: str, *, default: int) -> int:
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError as error:
        raise EnvironmentInvalid(f"{name} is {value!r}; write a whole number") from error


def env_choice(name: str, *, default: str, choices: tuple[str, ...]) -> str:
    value = os.environ.get(name, "").strip() or default
    if value not in choices:
        raise EnvironmentInvalid(f"{name} is {value!r}; write {' or '.join(choices)}")
    return value


def env_list(name: str, *, default: list[str]) -> list[str]:
    value = os.environ.get(name, "").strip()
    return [item.strip() for item in value.split(",") if item.strip()] if value else default


def networks(texts: list[str]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Networks as CIDR writes them, e.g. ``10.0.0.0/8``."""
    try:
        return [ipaddress.ip_network(text) for text in texts]
    except ValueError as error:
        raise EnvironmentInvalid(f"METRICS_NETWORKS: {error}; write networks as 10.0.0.0/8, with commas") from error


@dataclass(frozen=True, kw_only=True)
class OpenIdConnect:
    """One identity provider of the operator's."""

    app: dict[str, object]  #: as django-allauth wants it
    origin: str  #: scheme, host and port, to which a sign-in form may lead


def openid_connect() -> OpenIdConnect | None:
    """The provider that ``OIDC_ISSUER`` names, e.g. ``https://id.example.org/realms/school``, if any."""
    issuer = os.environ.get("OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    client, secret = os.environ.get("OIDC_CLIENT_ID", ""), os.environ.get("OIDC_CLIENT_SECRET", "")
    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1")):
        raise EnvironmentInvalid(f"OIDC_ISSUER is {issuer!r}; write an address as https://id.example.org")
    if not client or not secret:
        raise EnvironmentInvalid("OIDC_ISSUER is set: set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET too")
    app: dict[str, object] = {
        "provider_id": "sign-in",
        "name": os.environ.get("OIDC_NAME", "OpenID Connect"),
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer},
    }
    return OpenIdConnect(app=app, origin=f"{parts.scheme}://{parts.netloc}")


def secret_key(folder: Path, *, debug: bool) -> str:
    """The site's secret key: from ``SECRET_KEY``, or, for a local demo only, one made once and kept in ``folder``."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    if not debug:
        raise EnvironmentInvalid(
            "SECRET_KEY is not set; generate one and set it, or set GRADUS_LOCAL=1 for a local demo"
        )
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / f"secret-key.{os.getpid()}"
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.chmod(0o600)
        try:
            os.link(fresh, path)  # the first of several starting processes wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


def redis_url(folder: Path, *, local: bool) -> str:
    """Valkey's address: from ``REDIS_URL``, or, for a local demo, where the running demo's own server listens."""
    if url := os.environ.get("REDIS_URL"):
        return url
    noted = folder / "valkey" / "url"
    return noted.read_text().strip() if local and noted.is_file() else "redis://127.0.0.1:6399/0"


def database(url: str, folder: Path) -> dict[str, object]:
    """Django's DATABASES entry for ``postgres://user:password@host:port/name`` or ``sqlite:///path``."""
    if not url or url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:///") if url else ""
        return {
            "ENGINE": "courseplatform.sqlite",
            "NAME": path or str(folder / "gradus.sqlite3"),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise EnvironmentInvalid(f"DATABASE_URL starts with {parts.scheme!r}; use postgres://… or sqlite:///…")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }

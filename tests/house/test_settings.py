"""The settings refuse what would be unsafe, and a terminal beside the demo belongs to the demo."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

from courseplatform.local import PASSED_ON

ROOT = Path(__file__).parents[2]
SHOW = "from courseplatform import settings; print(settings.LOCAL, settings.SESSION_COOKIE_SECURE, settings.REDIS_URL)"


def settings(var: Path, **given: str) -> subprocess.CompletedProcess[str]:
    env = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"GRADUS_VAR": str(var)} | given
    return subprocess.run([sys.executable, "-c", SHOW], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_without_a_secret_key_nothing_starts(tmp_path: Path) -> None:
    refused = settings(tmp_path)
    assert refused.returncode == 1
    assert "SECRET_KEY is not set" in refused.stderr


def test_with_a_secret_key_everything_is_secure(tmp_path: Path) -> None:
    assert settings(tmp_path, SECRET_KEY="a" * 50).stdout.split()[:2] == ["False", "True"]


def test_a_terminal_beside_the_demo_belongs_to_the_demo(tmp_path: Path) -> None:
    settings(tmp_path, GRADUS_LOCAL="1")
    (tmp_path / "valkey").mkdir()
    (tmp_path / "valkey" / "url").write_text("redis://default:word@127.0.0.1:6400/0")
    assert settings(tmp_path).stdout.split() == ["True", "False", "redis://default:word@127.0.0.1:6400/0"]


def test_the_demo_s_key_makes_no_production_insecure(tmp_path: Path) -> None:
    settings(tmp_path, GRADUS_LOCAL="1")
    assert settings(tmp_path, SECRET_KEY="a" * 50).stdout.split()[:2] == ["False", "True"]
    assert settings(tmp_path, GRADUS_LOCAL="0").returncode == 1


def test_django_finds_nothing_to_warn_of_in_production(tmp_path: Path) -> None:
    env = {name: os.environ[name] for name in PASSED_ON if name in os.environ} | {
        "GRADUS_VAR": str(tmp_path),
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "learn.example.org",
        "BEHIND_TLS_PROXY": "1",
        "OIDC_ISSUER": "https://id.example.org",
        "OIDC_CLIENT_ID": "gradus",
        "OIDC_CLIENT_SECRET": "s",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "DEBUG"]
    checked = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout

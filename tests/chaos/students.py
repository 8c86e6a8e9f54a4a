"""Students who hand in over HTTP, one submission each, and do not give up while the site is away."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request

from courses.accounts.models import ApiToken, User, digest_of
from courses.catalog.models import Course
from courses.cohorts.models import Cohort, Enrollment


def enrolled(course: Course, count: int) -> dict[str, str]:
    """Accounts with a token each, enrolled in ``course``: tokens by name."""
    names = [f"student-{number}" for number in range(count)]
    users = User.objects.bulk_create([User(username=name, email=f"{name}@example.org") for name in names])
    tokens = {user.username: f"gradus_chaos-{user.username}" for user in users}
    ApiToken.objects.bulk_create(
        [ApiToken(user=user, name="x", prefix="x", digest=digest_of(tokens[user.username])) for user in users]
    )
    cohort = Cohort.default_for(course)
    Enrollment.objects.bulk_create([Enrollment(course=course, cohort=cohort, user=user) for user in users])
    return tokens


class Crowd:
    """Threads that hand in for all students, a few at a time."""

    def __init__(self, url: str, tokens: dict[str, str], *, path: str, files: dict[str, str], pause: float) -> None:
        self._url, self._waiting = f"{url}/api/v1{path}", list(tokens.values())
        self._body = json.dumps({"files": files}).encode()
        self._pause = pause
        self._lock = threading.Lock()
        self.handed_in = 0
        self.trouble: list[str] = []
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(3)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        for thread in self._threads:
            thread.join(30)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    return
                token = self._waiting.pop()
            while not self._post(token):
                time.sleep(0.5)
            with self._lock:
                self.handed_in += 1
            time.sleep(self._pause)

    def _post(self, token: str) -> bool:
        """Whether it is handed in. Who had no answer tries again, and learns that the one attempt is spent."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self._url, data=self._body, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return bool(answer.status == 201)
        except urllib.error.HTTPError as error:
            with error:
                detail = error.read().decode(errors="replace")
            if error.code == 403 and "you have done so" in detail:
                return True
            if error.code < 500:
                self.trouble.append(f"{error.code}: {detail[:200]}")
            return False
        except OSError:
            return False

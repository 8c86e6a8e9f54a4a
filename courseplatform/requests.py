"""The id of a request: in each line that is logged while it is answered, and in the answer."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

from workers.logs import bound

HEADER = "X-Request-ID"


class RequestIdMiddleware:
    """Stands first. The id is ours: what a browser sends under this name is not believed."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        request_id = secrets.token_hex(6)
        if iscoroutinefunction(self.get_response):
            return self._later(request, request_id)
        with bound(request=request_id):
            response = self.get_response(request)
        assert isinstance(response, HttpResponseBase)
        response[HEADER] = request_id
        return response

    async def _later(self, request: HttpRequest, request_id: str) -> HttpResponseBase:
        with bound(request=request_id):
            answer = self.get_response(request)
            assert not isinstance(answer, HttpResponseBase)
            response = await answer
        response[HEADER] = request_id
        return response

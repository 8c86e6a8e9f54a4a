"""Errors as problem documents (RFC 9457), with a sentence that a person understands in ``detail``."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from courses.discussions.refusing import PostRefused
from courses.exercises.files import FilesRefused
from courses.exercises.submitting import SubmittingRefused


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return HttpResponse(json.dumps(body), status=status, content_type="application/problem+json")


def add_handlers(api: NinjaAPI) -> None:
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(AuthenticationError, _unauthenticated)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    api.add_exception_handler(FilesRefused, _refused)
    api.add_exception_handler(PostRefused, _refused)
    api.add_exception_handler(SubmittingRefused, _refused)


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001  # ninja's signature, as below
    own_words = str(error) if error.args and "matches the given query" not in str(error) else ""
    return problem(404, own_words or _("There is nothing here, or it is not yours to see."))


def _unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    response = problem(401, _("A valid token is needed: send the header “Authorization: Bearer TOKEN”."))
    response["WWW-Authenticate"] = "Bearer"
    return response


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    found = [f"{'.'.join(map(str, item.get('loc', ())[1:]))}: {_wrong(item.get('type', ''))}" for item in error.errors]
    return problem(400, _("The request does not have the shape that is expected.") + " " + "; ".join(found) + ".")


def _wrong(kind: str) -> str:
    """What is wrong with a value, in our words; ``kind`` is pydantic's name (docs.pydantic.dev/latest/errors/)."""
    told = {
        "missing": _("is missing"),
        "string": _("is not a text"),
        "int": _("is not a whole number"),
        "float": _("is not a number"),
        "bool": _("is neither true nor false"),
        "list": _("is not a list"),
        "dict": _("is not an object"),
        "model": _("is not an object"),
    }
    return told.get(kind.split("_")[0], _("is not what is expected here"))


def _http_error(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    status = error.status_code
    return problem(status, _("The body is not JSON.") if status == 400 else str(error))


class MethodsToldMiddleware(MiddlewareMixin):
    """A method that an address of the API does not know is a problem like others: ninja answers with bare text."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not request.path.startswith("/api/"):
            return response
        told = problem(405, _("There is something here, but not for this method: see the header “Allow”."))
        told["Allow"] = response.headers.get("Allow", "")
        return told


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    return problem(413, _("The files are too large."))


def _refused(request: HttpRequest, error: Any) -> HttpResponse:  # noqa: ARG001
    return problem(error.status, str(error))

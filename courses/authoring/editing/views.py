"""Pages of a course's files. To everybody who may not publish the course they do not exist."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.accounts.current import signed_in
from courses.authoring import publish
from courses.authoring.editing import working_copy
from courses.authoring.editing.previewing import preview
from courses.authoring.editing.working_copy import MAX_FILE, FileConflict, Listed, Opened, PathRefused
from courses.authoring.starting import NameRefused
from courses.catalog.models import Course
from courses.exercises.comparing import FileChange, changes_between


@require_safe
@login_required
def files(request: HttpRequest, course: str) -> HttpResponse:
    found = _course_or_404(request, course)
    return render(request, "authoring/files.html", _listing(found))


@require_POST
@login_required
def add(request: HttpRequest, course: str) -> HttpResponse:
    """A new file: empty, or one that is uploaded. One that is there is not touched."""
    found = _course_or_404(request, course)
    path = request.POST.get("path", "").strip()
    sent = request.FILES.get("upload")
    uploaded = sent if isinstance(sent, UploadedFile) else None
    try:
        if uploaded is not None and (uploaded.size or 0) > MAX_FILE:
            raise PathRefused(_("The file is larger than %(size)s MB.") % {"size": MAX_FILE // 2**20})
        content = uploaded.read() if uploaded is not None else b"\n"
        if not path and uploaded is not None:
            path = uploaded.name or ""
        working_copy.save(found, path, content, over="", by=signed_in(request))
    except PathRefused as error:
        known = str(error) if str(error) != path else _("Give a path such as 03-attention/figures/heads.svg.")
        return render(request, "authoring/files.html", {**_listing(found), "refused": known, "path": path}, status=400)
    except FileConflict:
        refused = _("“%(path)s” is there already. Open it, or take another name.") % {"path": path}
        return render(
            request, "authoring/files.html", {**_listing(found), "refused": refused, "path": path}, status=409
        )
    return redirect("studio:edit", course, path)


@require_POST
@login_required
def start_chapter(request: HttpRequest, course: str) -> HttpResponse:
    """A new chapter with a quiz and an exercise, saved and ready to be changed."""
    found = _course_or_404(request, course)
    name = request.POST.get("chapter", "").strip()
    try:
        first = working_copy.start_chapter(found, name, by=signed_in(request))
    except NameRefused:
        refused = _(
            "“%(name)s” cannot be the address of a new chapter. Take small letters, digits and hyphens, and a name "
            "that no chapter, quiz or exercise of this course has."
        )
        context = {**_listing(found), "refused": refused % {"name": name[:80]}, "chapter": name}
        return render(request, "authoring/files.html", context, status=400)
    messages.success(request, _("The chapter has begun, with a quiz and an exercise. Change its files as you like."))
    return redirect("studio:edit", course, first)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, course: str, path: str) -> HttpResponse:
    """A file's text; what is posted is saved, unless somebody has saved since: then both texts are shown."""
    found = _course_or_404(request, course)
    if request.method == "POST":
        return _save(request, found, path)
    file = _opened_or_404(found, path)
    stale = any(each.stale for each in working_copy.listing(found) if each.path == path)
    context: dict[str, Any] = {"text": file.text, "over": file.digest}
    if stale:
        newest = working_copy.released(found, path)
        theirs = (newest.text if newest is not None else None) or ""
        context |= {"theirs": theirs, "change": _change(path, theirs, file.text or ""), "is_stale": True}
    return render(request, "authoring/edit.html", {**_page(found, file), **context})


def _save(request: HttpRequest, course: Course, path: str) -> HttpResponse:
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        working_copy.save(course, path, text.encode(), over=request.POST.get("over", ""), by=signed_in(request))
    except PathRefused as error:
        raise Http404 from error
    except FileConflict as conflict:
        file = conflict.current
        theirs = file.text or ""
        context = {"text": text, "over": file.digest, "theirs": theirs, "change": _change(path, theirs, text)}
        return render(request, "authoring/edit.html", {**_page(course, file), **context}, status=409)
    messages.success(request, _("“%(path)s” is saved. Nothing changes for students before a release.") % {"path": path})
    return redirect("studio:edit", course.slug, path)


@require_POST
@login_required
def preview_file(request: HttpRequest, course: str, path: str) -> HttpResponse:
    """The chapter with the text as it is in the editor; nothing is saved."""
    found = _course_or_404(request, course)
    shown = preview(found, path, request.POST.get("text", "").replace("\r\n", "\n"))
    name = "authoring/_preview.html" if request.headers.get("HX-Request") == "true" else "authoring/preview_page.html"
    return render(request, name, {"course": found, "preview": shown, "path": path})


@require_POST
@login_required
def remove(request: HttpRequest, course: str, path: str) -> HttpResponse:
    found = _course_or_404(request, course)
    try:
        working_copy.remove(found, path, over=request.POST.get("over", ""), by=signed_in(request))
    except FileConflict:
        messages.error(
            request, _("Somebody has changed “%(path)s” since you opened it. Look at it first.") % {"path": path}
        )
        return redirect("studio:edit", course, path)
    messages.success(request, _("“%(path)s” was taken out. You can bring it back below.") % {"path": path})
    return redirect("studio:files", course)


@require_POST
@login_required
def undo(request: HttpRequest, course: str, path: str) -> HttpResponse:
    found = _course_or_404(request, course)
    if working_copy.undo(found, path):
        messages.success(request, _("“%(path)s” is again as in the newest release.") % {"path": path})
    return redirect("studio:files", course)


@require_POST
@login_required
def prepare(request: HttpRequest, course: str) -> HttpResponse:
    """Make a release of what was saved; it is looked at before it is published."""
    found = _course_or_404(request, course)
    listing = _listing(found)
    if any(file.stale for file in listing["files"]):
        refused = _("A newer release has changed files that you are changing, too. Open each and decide.")
        return render(request, "authoring/files.html", {**listing, "refused": refused}, status=409)
    try:
        release = working_copy.prepare(found, by=signed_in(request))
    except publish.CourseInvalid as error:
        return render(request, "authoring/files.html", {**listing, "problems": error.problems}, status=400)
    return redirect("studio:release", course, release.number)


def _course_or_404(request: HttpRequest, slug: str) -> Course:
    course = get_object_or_404(Course, slug=slug)
    if not signed_in(request).has_perm("cohorts.publish_course", course):
        raise Http404
    return course


def _opened_or_404(course: Course, path: str) -> Opened:
    file = working_copy.opened(course, path)
    if file is None:
        raise Http404
    return file


def _listing(course: Course) -> dict[str, Any]:
    found = working_copy.listing(course)
    return {
        "course": course,
        "release": working_copy.newest(course),
        "files": found,
        "folders": _folders(found),
        "changes": [file for file in found if file.change],
        "max_mb": MAX_FILE // 2**20,
    }


def _folders(files: list[Listed]) -> list[dict[str, Any]]:
    """The files by the first part of their path, the course's own first; whether any in it was changed."""
    names = list(dict.fromkeys(file.folder for file in files))
    inside = {name: [file for file in files if file.folder == name and file.change != "removed"] for name in names}
    changed = {file.folder for file in files if file.change}
    return [{"name": name, "files": inside[name], "changed": name in changed} for name in sorted(names)]


def _page(course: Course, file: Opened) -> dict[str, Any]:
    return {"course": course, "file": file, "path": file.path, "previews": "/" in file.path}


def _change(path: str, theirs: str, mine: str) -> FileChange | None:
    return next(iter(changes_between({path: theirs}, {path: mine})), None)

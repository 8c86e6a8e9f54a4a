"""Discussions: lists and questions, posts, what staff do, and notices."""

from django.urls import path

from courses.discussions import notice_views, post_views, staff_views, views

app_name = "discussions"

ALL = "courses/<slug:course>/discussions/"
ONE = ALL + "<int:question>/"
POST = ALL + "posts/<int:post>/"

# reading and writing
about = [
    path(ALL, views.question_list, name="list"),
    path(ALL + "ask/", views.ask, name="ask"),
    path(ALL + "preview/", views.preview, name="preview"),
    path(ONE, views.question, name="question"),
    path(ONE + "follow/", views.follow, name="follow"),
]

# one post
posts = [
    path(POST + "accept/", post_views.accept, name="accept"),
    path(POST + "edit/", post_views.edit, name="edit"),
    path(POST + "delete/", post_views.delete, name="delete"),
    path(POST + "earlier/", post_views.earlier, name="earlier"),
    path(POST + "report/", post_views.report, name="report"),
]

# staff
staff = [
    path(ALL + "reports/", staff_views.reports, name="reports"),
    path(ONE + "close/", staff_views.close, name="close"),
    path(ONE + "pin/", staff_views.pin, name="pin"),
    path(POST + "hide/", staff_views.hide, name="hide"),
    path(POST + "restore/", staff_views.restore, name="restore"),
    path(POST + "rule/", staff_views.rule, name="rule"),
    path(POST + "let-stand/", staff_views.let_stand, name="let-stand"),
]

# what is new
notices = [
    path("notices/", notice_views.notices, name="notices"),
    path("notices/seen/", notice_views.seen, name="seen"),
    path("notices/mail/", notice_views.mail, name="mail"),
    path("notices/questions/", notice_views.questions, name="questions"),
]

urlpatterns = [*about, *posts, *staff, *notices]

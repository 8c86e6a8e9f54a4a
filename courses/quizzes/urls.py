"""Quizzes are shown in chapters; only answering has an address."""

from django.urls import path

from courses.quizzes import views

app_name = "quizzes"

urlpatterns = [
    path("courses/<slug:course>/quizzes/<slug:quiz>/answer/", views.answer_quiz, name="answer"),
]

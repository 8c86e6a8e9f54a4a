"""Enrollment and gradebook."""

from django.urls import path

from courses.cohorts import analysis_views, class_views, marking_views, regrade_views, views

app_name = "cohorts"

urlpatterns = [
    path("teaching/", views.teaching, name="teaching"),
    path("courses/<slug:course>/enroll/", views.enroll, name="enroll"),
    path("courses/<slug:course>/gradebook/", views.gradebook, name="gradebook"),
    path("courses/<slug:course>/class/", class_views.class_page, name="class"),
    path("courses/<slug:course>/class/cohorts/<slug:cohort>/", class_views.cohort_page, name="cohort"),
    path("courses/<slug:course>/class/people/", class_views.people, name="people"),
    path("courses/<slug:course>/class/people/<int:enrollment>/", class_views.person, name="person"),
    path("courses/<slug:course>/class/people/<int:enrollment>/handed-in/", views.work, name="work"),
    path("courses/<slug:course>/class/extensions/<int:extension>/withdraw/", class_views.withdraw, name="withdraw"),
    path("courses/<slug:course>/class/roster/", class_views.roster, name="roster"),
    path("courses/<slug:course>/class/marking/", marking_views.marking, name="marking"),
    path("courses/<slug:course>/class/marking/<int:submission>/", marking_views.mark, name="mark"),
    path("courses/<slug:course>/class/stuck/", analysis_views.stuck, name="stuck"),
    path("courses/<slug:course>/class/analysis/", analysis_views.analysis, name="analysis"),
    path(
        "courses/<slug:course>/class/analysis/exercises/<slug:exercise>/",
        analysis_views.exercise_analysis,
        name="exercise-analysis",
    ),
    path(
        "courses/<slug:course>/class/analysis/quizzes/<slug:quiz>/", analysis_views.quiz_analysis, name="quiz-analysis"
    ),
    path("courses/<slug:course>/class/regrades/", regrade_views.regrades, name="regrades"),
    path("courses/<slug:course>/class/regrades/<int:regrade>/", regrade_views.regrade, name="regrade"),
    path("courses/<slug:course>/class/regrades/<int:regrade>/apply/", regrade_views.apply, name="apply-regrade"),
    path("courses/<slug:course>/class/regrades/<int:regrade>/cancel/", regrade_views.cancel, name="cancel-regrade"),
]

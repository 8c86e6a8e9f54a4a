"""Competitions: pages for everybody, a team's own, and the organiser's."""

from django.urls import path

from courses.competitions import entry_views, organiser_views, team_views, views

app_name = "competitions"

ONE = "competitions/<slug:slug>/"

urlpatterns = [
    path("competitions/", views.competition_list, name="list"),
    path(ONE, views.overview, name="overview"),
    path(ONE + "rules/", views.rules, name="rules"),
    path(ONE + "data/", views.data, name="data"),
    path(ONE + "data/<path:name>", views.data_file, name="data-file"),
    path(ONE + "evaluation/", views.evaluation, name="evaluation"),
    path(ONE + "join/", team_views.join, name="join"),
    path(ONE + "leaderboard/", views.leaderboard, name="leaderboard"),
    path(ONE + "submit/", entry_views.submit, name="submit"),
    path(ONE + "entries/", entry_views.entries, name="entries"),
    path(ONE + "entries/final/", entry_views.choose_finals, name="choose-finals"),
    path(ONE + "entries/finish/", entry_views.finish, name="finish"),
    path(ONE + "entries/<int:pk>/", entry_views.entry, name="entry"),
    path(ONE + "entries/<int:pk>/files/<path:name>", entry_views.entry_file, name="entry-file"),
    path(ONE + "team/", team_views.team, name="team"),
    path(ONE + "team/rename/", team_views.rename, name="rename-team"),
    path(ONE + "team/invite/", team_views.invite, name="invite-team"),
    path(ONE + "team/leave/", team_views.leave, name="leave-team"),
    path(ONE + "team/invitations/<int:pk>/accept/", team_views.accept, name="accept-invitation"),
    path(ONE + "team/invitations/<int:pk>/decline/", team_views.decline, name="decline-invitation"),
    path(ONE + "organise/", organiser_views.organise, name="organise"),
    path(ONE + "organise/entries.csv", organiser_views.entries_csv, name="entries-csv"),
    path(ONE + "organise/teams/<int:pk>/", organiser_views.judge_team, name="judge-team"),
    path(ONE + "organise/rescore/", organiser_views.rescore, name="rescore"),
]

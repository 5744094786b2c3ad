"""Addresses of review and of the runs."""

from django.urls import path

from compliance.views import answers, owners, review, runs, small_numbers, takedowns

app_name = "reviews"
urlpatterns = [
    path("scorecards/", review.queue, name="queue"),
    path("scorecards/<int:pk>/", review.scorecard_page, name="scorecard"),
    path("scorecards/<int:pk>/steps.csv", review.trail_file, name="trail"),
    path("scorecards/<int:pk>/accept-rest/", review.accept_rest, name="accept-rest"),
    path("scorecards/<int:pk>/approve/", review.approve, name="approve"),
    path("scorecards/<int:pk>/return/", review.give_back, name="return"),
    path("scorecards/<int:pk>/reopen/", review.reopen, name="reopen"),
    path("scorecards/<int:pk>/rules/<int:framework>/", review.rules, name="rules"),
    path("scorecards/<int:pk>/keep/", review.keep, name="keep"),
    path("scorecards/<int:pk>/publish/", review.publish, name="publish"),
    path("scorecards/<int:pk>/small-numbers/", small_numbers.commitments, name="small-numbers"),
    path("scorecards/<int:pk>/<slug:indicator>/", review.line, name="line"),
    path("scorecards/<int:pk>/<slug:indicator>/decide/", review.decide, name="decide"),
    path("scorecards/<int:pk>/<slug:indicator>/reply/", review.reply, name="reply"),
    path("scorecards/exemptions/", review.exemption_list, name="exemptions"),
    path("scorecards/exemptions/<int:pk>/approve/", review.exemption_approve, name="exemption-approve"),
    path("frameworks/", answers.framework_list, name="frameworks"),
    path("frameworks/<slug:name>/<slug:key>/", answers.sheet, name="sheet"),
    path("frameworks/<slug:name>/<slug:key>/answer/", answers.give, name="give-answers"),
    path("answers/<int:pk>/", answers.answer_page, name="answer"),
    path("subjects/<slug:kind>/<slug:key>/", answers.subject_page, name="subject"),
    path("projects/<slug:slug>/scorecards/", review.of_project, name="of-project"),
    path("projects/<slug:slug>/scorecards/again/", review.evaluate_again, name="again"),
    path("projects/<slug:slug>/owners/", owners.owners_page, name="owners"),
    path("projects/<slug:slug>/publications/", takedowns.publication_list, name="publications"),
    path("publications/<int:pk>/take-down/", takedowns.take_down, name="take-down"),
    path("runs/", runs.run_list, name="runs"),
    path("runs/all/", runs.evaluate_all, name="evaluate-all"),
    path("runs/again/", runs.run_all_again, name="run-all-again"),
    path("runs/<uuid:pk>/again/", runs.run_again, name="run-again"),
]

"""Addresses of the ledger."""

from django.urls import path

from communities.views import ledger

app_name = "ledger"
urlpatterns = [
    path("disbursements/", ledger.ledger_list, name="all"),
    path("disbursements/<int:pk>/", ledger.ledger_page, name="page"),
    path("disbursements/<int:pk>/withdraw/", ledger.ledger_withdraw, name="withdraw"),
    path("disbursements/<int:pk>/<slug:side>/", ledger.ledger_state, name="state"),
    path("projects/<slug:slug>/disbursements/", ledger.ledger_list, name="list"),
    path("projects/<slug:slug>/disbursements/add/", ledger.ledger_add, name="add"),
]

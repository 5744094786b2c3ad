"""Addresses of the record pages: below a project, or by themselves where a kind has no project."""

from django.urls import path

from projects.views import erasures, grids, records

app_name = "records"
urlpatterns = [
    path("evidence/<int:pk>/", records.evidence_file, name="evidence"),
    path("evidence/<int:pk>/original/", records.original_file, name="original"),
    path("sources/<int:pk>/erase/", erasures.source_erase, name="erase"),
    path("projects/<slug:slug>/<slug:kind>/", records.record_list, name="list"),
    path("projects/<slug:slug>/<slug:kind>/add/", records.record_add, name="add"),
    path("projects/<slug:slug>/<slug:kind>/grid/", grids.grid_periods, name="periods"),
    path("projects/<slug:slug>/<slug:kind>/grid/<slug:period>/", grids.grid_page, name="grid"),
    path("projects/<slug:slug>/<slug:kind>/<int:pk>/", records.record_page, name="page"),
    path("projects/<slug:slug>/<slug:kind>/<int:pk>/amend/", records.record_amend, name="amend"),
    path("projects/<slug:slug>/<slug:kind>/<int:pk>/verify/", records.record_verify, name="verify"),
    path("projects/<slug:slug>/<slug:kind>/<int:pk>/withdraw/", records.record_withdraw, name="withdraw"),
    path("projects/<slug:slug>/<slug:kind>/<int:pk>/restore/", records.record_restore, name="restore"),
    path("<slug:kind>/", records.record_list, name="list-anywhere"),
    path("<slug:kind>/add/", records.record_add, name="add-anywhere"),
    path("<slug:kind>/<int:pk>/", records.record_page, name="page-anywhere"),
    path("<slug:kind>/<int:pk>/amend/", records.record_amend, name="amend-anywhere"),
    path("<slug:kind>/<int:pk>/verify/", records.record_verify, name="verify-anywhere"),
    path("<slug:kind>/<int:pk>/withdraw/", records.record_withdraw, name="withdraw-anywhere"),
    path("<slug:kind>/<int:pk>/restore/", records.record_restore, name="restore-anywhere"),
]

"""Addresses that anybody may open; they stay as they are."""

from django.urls import path

from compliance.public_pages.sections import DOSSIER, PAGES
from compliance.views import areas, minerals, monitoring, public

app_name = "public"
urlpatterns = [
    path("", public.home, name="home"),
    path("projects/", public.projects, name="projects"),
    path("projects/<slug:slug>/", public.mine, name="project"),
    *(
        path(f"projects/<slug:slug>/{page.name}/", public.mine, {"page": page}, name=page.name)
        for page in (*PAGES, DOSSIER)
    ),
    path("projects/<slug:slug>/<int:year>.json", public.project_json, name="project_json"),
    path("projects/<slug:slug>/<int:year>.zip", public.project_bundle, name="bundle"),
    path("projects/<slug:slug>/<int:year>.csv", public.section_csv, {"section": "money"}, name="project_csv"),
    path("projects/<slug:slug>/<int:year>/owners.json", public.owners_bods, name="owners_bods"),
    path("projects/<slug:slug>/<int:year>/<slug:section>.csv", public.section_csv, name="section_csv"),
    path("projects/<slug:slug>/monitoring/", monitoring.stations, name="monitoring"),
    path("projects/<slug:slug>/monitoring/<int:station>/", monitoring.series, name="monitoring_station"),
    path(
        "projects/<slug:slug>/monitoring/<int:station>/<slug:parameter>/", monitoring.series, name="monitoring_series"
    ),
    path(
        "projects/<slug:slug>/monitoring/<int:station>/<slug:parameter>.csv",
        monitoring.series_csv,
        name="monitoring_csv",
    ),
    path("communities/", public.communities, name="communities"),
    path("communities/<slug:slug>/", public.community, name="community"),
    path("areas/", areas.areas_with_mines, name="areas"),
    path("areas/<slug:country>/<slug:code>/", areas.area, name="area"),
    path("areas/<slug:country>/<slug:code>.csv", areas.area_csv, name="area_csv"),
    path("minerals/", minerals.minerals, name="minerals"),
    path("minerals/<slug:code>/", minerals.mineral, name="mineral"),
    path("owners/", minerals.owner_countries, name="owner_countries"),
    path("owners/<slug:code>/", minerals.owner_country, name="owner_country"),
    path("authorities/", minerals.authorities, name="authorities"),
    path("verify/", public.verify, name="verify"),
    path("verify/chain.csv", public.chain_csv, name="chain_csv"),
    path("how-we-grade/", public.how_we_grade, name="how_we_grade"),
    path("how-we-grade/frameworks/", public.frameworks, name="frameworks"),
    path("how-we-grade/frameworks/<slug:name>/", public.framework, name="framework"),
]

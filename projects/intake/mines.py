"""Rows that become mining projects."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.copying import add_many
from accounts.models import Organisation
from accounts.services.audit import write_audits
from projects.intake.announced import COMMISSIONING, IN_DOLLARS, IN_MILLIONS, INVESTMENT, STAGE
from projects.intake.headings import fold
from projects.intake.names import Folded, note_nearly_known, rows_called_otherwise, same_names
from projects.intake.organisations import (
    known_organisations,
    note_unknown,
    organisations_by_name,
    refuse_shared_names,
)
from projects.intake.parsing import (
    amount_not_negative,
    error_words,
    name_of_at_most,
    one_of,
    parse_country,
    parse_currency,
    parse_degrees,
    parse_year,
    shown,
    text_of_at_most,
    words_for,
)
from projects.intake.records import DeletedTarget
from projects.intake.targets import ImportField, Row, Scope, register
from projects.models import Area, Boundary, Mineral, Project, ProjectAssignment
from projects.services.records import free_slugs


class ProjectTarget(DeletedTarget):
    """One row, one project, which the organisation that imports it then follows."""

    code = "projects"
    model = Project
    own = frozenset({ProjectAssignment, Project.minerals.through, Project.areas.through})
    label = _("Mining projects")
    needs = [["name"], ["country"]]
    fields = [
        ImportField(
            "name",
            _("name of the project"),
            name_of_at_most(150),
            aliases="proyecto, nombre del proyecto, nombre, project, project name, name, mina, mine",
        ),
        ImportField(
            "country",
            _("country"),
            parse_country,
            _("Two letters, as in ISO 3166."),
            aliases="pais, codigo pais, country, country code, iso",
            fixed="PE",
        ),
        ImportField(
            "operator",
            _("operator"),
            name_of_at_most(200),
            _("A company that is not known yet is added."),
            aliases="operador, operadora, empresa, compania, titular, operator, company",
        ),
        ImportField(
            "region", _("region"), text_of_at_most(100), aliases="departamento, region, departamento region, department"
        ),
        ImportField(
            "minerals",
            _("minerals"),
            text_of_at_most(200),
            _("Several with a comma between them."),
            aliases="mineral principal, mineral, minerales, producto, commodity, commodities, minerals",
        ),
        ImportField(
            "stage",
            _("stage, in the source's words"),
            text_of_at_most(80),
            aliases=STAGE,
        ),
        ImportField(
            "investment",
            _("planned investment"),
            amount_not_negative,
            has_unit=True,
            aliases=INVESTMENT,
            unit_hints=IN_MILLIONS,
        ),
        ImportField(
            "investment_currency",
            _("currency of the investment"),
            parse_currency,
            aliases="moneda, currency, moneda inversion",
            fixed_hints=IN_DOLLARS,
        ),
        ImportField(
            "start_year",
            _("expected first year of production"),
            parse_year,
            aliases=COMMISSIONING,
        ),
        ImportField("latitude", _("latitude"), parse_degrees, _("In degrees."), aliases="latitud, latitude, lat"),
        ImportField(
            "longitude", _("longitude"), parse_degrees, _("In degrees."), aliases="longitud, longitude, lon, long, lng"
        ),
        ImportField(
            "stratum",
            _("size by law"),
            one_of(words_for(Project.Stratum.choices), Project.Stratum.labels),
            aliases="estrato, tamano, regimen, stratum, size",
        ),
    ]

    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Match regions and minerals; refuse names that are already here."""
        regions, minerals = self.places(scope), self.minerals(scope)
        here, operators = self.names_here(rows), known_organisations(scope)
        refuse_shared_names([(row, "operator") for row in rows])
        for row in rows:
            self.match_region(row, regions)
            self.match_minerals(row, minerals)
            self.check_position(row, scope)
            note_unknown(row, "operator", "will_be_added", scope, operators)
            if "%" in (row.values["operator"] or "") and row.values["operator"] not in operators:
                row.doubt("operator", "shares_in_a_name", value=shown(row.values["operator"]))
            if row.values["investment"] is not None and not row.values["investment_currency"]:
                row.refuse("investment_currency", "investment_currency_missing")
            name, country = row.values["name"], row.values["country"]
            if not name or not country:
                continue
            key = (country, fold(name))
            if key in here:
                row.refuse("name", "already_here")
            elif (first := scope.earlier("name", *key)) is not None:
                row.refuse("name", "same_name_as_row", row=first)
            elif not row.problems:
                scope.remember(row, "name", *key)
        note_nearly_known(rows, Project.objects.visible_to(scope.actor), scope)

    def places(self, scope: Scope) -> dict[tuple[str, str], Area]:
        """Regions by country and name, read once a pass."""
        if "regions" not in scope.memory:
            scope.memory["regions"] = {(area.country, fold(area.name)): area for area in Area.objects.regions()}
        known: dict[tuple[str, str], Area] = scope.memory["regions"]
        return known

    def check_position(self, row: Row, scope: Scope) -> None:
        """Refuse a position by the rules of the form; the boundaries of a country are read once a pass."""
        said, land = row.values, scope.memory.setdefault("land", {})
        mine = Project(latitude=said["latitude"], longitude=said["longitude"])
        if said["latitude"] is not None and said["country"] not in land:
            land[said["country"]] = Boundary.objects.land_of(said["country"])
        try:
            mine.check_position(land.get(said["country"], ()))
        except ValidationError as error:
            for name, found in error.error_dict.items():
                row.refuse(name, "broken_rule", words=error_words(ValidationError(found)))

    def minerals(self, scope: Scope) -> dict[str, Mineral]:
        """Minerals by code and by their names in both languages, read once a pass."""
        if "minerals" not in scope.memory:
            scope.memory["minerals"] = {
                fold(name): mineral
                for mineral in Mineral.objects.all()
                for name in (mineral.code, mineral.name_en, mineral.name_es)
            }
        known: dict[str, Mineral] = scope.memory["minerals"]
        return known

    def names_here(self, rows: Sequence[Row]) -> set[tuple[str, str]]:
        """Names of these rows that projects already have, had before they were merged, or are called beside it."""
        names = {row.values["name"] for row in rows if row.values["name"]}
        here = Q(withdrawn_at__isnull=True) | Q(merged_into__isnull=False)
        found = Project.with_withdrawn.alias(folded=Lower(Folded(F("name")))).filter(here, same_names(names))
        otherwise = rows_called_otherwise(names, Project.objects.all())
        called = {(project.country, name) for name, those in otherwise.items() for project in those}
        return called | {(country, fold(name)) for country, name in found.values_list("country", "name")}

    def match_region(self, row: Row, regions: Mapping[tuple[str, str], Area]) -> None:
        """A region by its name; an empty cell is unknown and allowed."""
        name, country = row.values["region"], row.values["country"]
        row.values["area"] = regions.get((country or "", fold(name))) if name else None
        if name and row.values["area"] is None:
            row.refuse("region", "unknown_region", value=shown(name), country=country or "?")

    def match_minerals(self, row: Row, minerals: Mapping[str, Mineral]) -> None:
        """One or several minerals in a cell; an unknown one is refused with those that are known."""
        text, found = row.values["minerals"], {}
        if text and fold(text) in minerals:
            found = {minerals[fold(text)].pk: minerals[fold(text)]}
        elif text:
            for part in filter(None, (piece.strip() for piece in re.split(r"[,;/+]|\s(?:y|and|e|&)\s", text))):
                if fold(part) not in minerals:
                    row.refuse("minerals", "unknown_mineral", value=shown(part), known=names_of(minerals.values()))
                    break
                found[minerals[fold(part)].pk] = minerals[fold(part)]
        row.values["matched_minerals"] = list(found.values())

    def save(self, rows: Sequence[Row], scope: Scope) -> None:
        """Projects with their sources, minerals, region, the organisation that follows them, and the trail."""
        operators = organisations_by_name(
            {row.values["operator"] for row in rows if row.values["operator"]},
            scope,
            kind=Organisation.Kind.COMPANY,
            preferred=[Organisation.Kind.COMPANY],
        )
        sources = scope.add_sources(rows)
        slugs = free_slugs(Project, [row.values["name"] for row in rows])
        projects = add_many(
            self.project(row, operators, slug, source) for row, slug, source in zip(rows, slugs, sources, strict=True)
        )
        together = list(zip(rows, projects, strict=True))
        add_many(
            Project.minerals.through(project_id=project.pk, mineral_id=mineral.pk)
            for row, project in together
            for mineral in row.values["matched_minerals"]
        )
        add_many(
            Project.areas.through(project_id=project.pk, area_id=row.values["area"].pk)
            for row, project in together
            if row.values["area"]
        )
        add_many(
            ProjectAssignment(project=project, organisation_id=scope.batch.organisation_id) for project in projects
        )
        write_audits(actor=scope.actor, verb="imported", records=projects, reason=str(scope.batch))

    def project(self, row: Row, operators: Mapping[str, Organisation], slug: str, source: int) -> Project:
        """An unsaved project."""
        said = row.values
        return Project(
            name=said["name"],
            slug=slug,
            country=said["country"],
            operator=operators[fold(said["operator"])] if said["operator"] else None,
            investment_amount=said["investment"],
            investment_currency=said["investment_currency"] or "" if said["investment"] is not None else "",
            stage_as_reported=said["stage"] or "",
            start_year=said["start_year"],
            latitude=said["latitude"],
            longitude=said["longitude"],
            stratum=said["stratum"] or "",
            source_id=source,
        )

    def concerned(self, records: Sequence[Project]) -> set[tuple[int, int]]:
        """None: a mine that can go has no figures."""
        return set()

    def used(self, keys: Sequence[int]) -> set[int]:
        """Also those that an organisation follows which did not import them."""
        followed = ProjectAssignment.objects.filter(project__in=keys)
        by_others = followed.exclude(organisation=F("project__source__import_row__batch__organisation"))
        return super().used(keys) | set(by_others.values_list("project", flat=True))


def names_of(minerals: Collection[Mineral]) -> dict[str, str]:
    """The names of minerals in each language, for a message."""
    return {
        "en": ", ".join(sorted({mineral.name_en for mineral in minerals})),
        "es": ", ".join(sorted({mineral.name_es for mineral in minerals})),
    }


register(ProjectTarget())

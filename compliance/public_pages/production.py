"""Where the mine may dig, and how much it produced."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, number, pick_language
from compliance.evaluation.criteria.production import ConcessionFact, ProductionFact
from compliance.public_pages.document import Document
from compliance.public_pages.project import mine_of
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts
from projects.models import ProductionReturn


def show_concessions(document: Document) -> Values | None:
    """Each concession with its holder, its land and the day of its title."""
    unknown = _("We don’t know")
    rows = [
        RecordRow(
            row.code,
            row.title,
            row.voice,
            [row.holder or unknown, number(row.hectares), long_date(row.titled_on) if row.titled_on else unknown],
        )
        for row in document.facts[ConcessionFact]
    ]
    return rows_shown([_("Concession"), _("Holder of the title"), _("Hectares"), _("Day of the title")], rows)


def concessions_table(document: Document) -> Table:
    """One row a concession."""
    words = {"record": _("record"), "code": _("code"), "title": _("name"), "holder": _("holder of the title")}
    words |= {"hectares": _("hectares"), "titled_on": _("day of the title"), "voice": _("who says so")}
    return table_of_facts(document, ConcessionFact, words)


def show_production(document: Document) -> Values | None:
    """Each return with its mineral and how much of it was produced."""
    names = {one.code: pick_language(one.name) for one in mine_of(document).minerals}
    rows = []
    for row in sorted(document.facts[ProductionFact], key=lambda one: (one.mineral, one.period_start, one.record)):
        period = f"{long_date(row.period_start)} – {long_date(row.period_end)}"
        unit = str(ProductionReturn.Unit(row.unit).label)
        amount = _("We don’t know") if row.quantity is None else f"{number(row.quantity)} {unit}"
        rows.append(RecordRow(names.get(row.mineral, row.mineral), period, row.voice, [row.producer, amount]))
    return rows_shown([_("Mineral"), _("Producer"), _("Produced")], rows)


def production_table(document: Document) -> Table:
    """One row a return."""
    words = {"record": _("record"), "mineral": _("mineral"), "producer": _("producer"), "period_start": _("from")}
    words |= {"period_end": _("until"), "quantity": _("produced"), "unit": _("unit"), "voice": _("who says so")}
    return table_of_facts(document, ProductionFact, words)


register(
    Section(
        name="production",
        page="owners",
        place=3,
        title=gettext_lazy("What the mine produced"),
        lead=gettext_lazy("How much of each mineral, as each company reported. No grade rests on it."),
        show=show_production,
        table=production_table,
        template="table",
    )
)
register(
    Section(
        name="concessions",
        page="owners",
        place=4,
        title=gettext_lazy("Concessions"),
        lead=gettext_lazy("On which concessions the mine stands, by the codes of the mining register."),
        show=show_concessions,
        table=concessions_table,
        template="table",
    )
)

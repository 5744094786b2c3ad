"""Two rows that were the same thing all along: one is merged into the other, and that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.told_apart import ToldApart

if TYPE_CHECKING:
    from accounts.models.people import User


class Mergeable(ToldApart):
    """Something with a name that may be on record twice; what was merged keeps its row, its name and its key."""

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", editable=False, verbose_name=_("merged into")
    )

    class Meta:
        abstract = True

    @property
    def kept(self) -> Any:
        """The row that stands for this one: itself, or the one into which it was merged."""
        return self.merged_into or self


def former_names(kept: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """What was merged into one of these rows: its name means the row into which it was merged."""
    rows: models.QuerySet[Any] = kept.model._base_manager.filter(merged_into__in=kept.order_by().values("pk"))
    return rows.select_related("merged_into")


def called_otherwise(kept: models.QuerySet[Any]) -> list[models.QuerySet[Any]]:
    """What these rows are `called` beside their names: what was merged into them, other names, numbers in registers.

    Each has the row that it means as `kept`, with its key in `means`. Records that call something otherwise say in which
    column (`known_by`).
    """
    found = [former_names(kept).annotate(called=F("name"), means=F("merged_into"))]
    for relation in kept.model._meta.related_objects:
        if column := getattr(relation.related_model, "known_by", ""):
            name = relation.field.name
            rows = relation.related_model._default_manager.filter(**{f"{name}__in": kept.order_by().values("pk")})
            found.append(rows.annotate(called=F(column), means=F(name)).select_related(name))
    return found


def called_like(kept: models.QuerySet[Any], text: str, user: User) -> Q:
    """Rows that have the text in what they are called beside their names; of records only those that the person may see.

    Records of a kind without `visible_to` are seen by whoever sees what is called so.
    """
    seen = (those.visible_to(user) if hasattr(those, "visible_to") else those for those in called_otherwise(kept))
    rows = (those.filter(called__unaccent__icontains=text).values("means") for those in seen)
    return Q.create([Q(pk__in=those) for those in rows], connector=Q.OR)


class Merge(models.Model):
    """One row was merged into another of its kind, with what was moved, so that it can be undone."""

    content_type = models.ForeignKey(ContentType, models.PROTECT)
    kept_key = models.BigIntegerField()
    merged_key = models.BigIntegerField()
    reason = models.TextField()
    moved = models.JSONField(default=dict)
    """Keys of the rows that named the one and name the other now: by model, such as `projects.source`, and column."""
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_because = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "merged_key"],
                condition=Q(undone_at__isnull=True),
                name="a_row_is_merged_into_one_other",
            ),
            models.CheckConstraint(condition=~Q(kept_key=F("merged_key")), name="nothing_is_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.content_type.model} {self.merged_key} → {self.kept_key}"


def columns_naming(model: type[models.Model]) -> list[tuple[type[models.Model], str]]:
    """Every column of every app that points to a model, those of many-to-many tables among them; views follow by themselves."""
    return [
        (relation.related_model, relation.field.name)
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.related_model._meta.managed
    ]

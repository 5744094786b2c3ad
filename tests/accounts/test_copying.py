"""Many rows at once are what each would be if it were saved by itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.forms.models import model_to_dict

from accounts.copying import add_alike, add_many
from accounts.models import AuditEntry, Organisation
from accounts.services.audit import write_audit, write_audits
from projects.models import Source

pytestmark = pytest.mark.django_db
ODD = "tab\there, backslash \\ and \\N, a line\nbelow, “ñandú” 五矿资源"


def test_rows_that_are_copied_in_say_what_they_would_if_each_were_saved() -> None:
    copied = add_many(Source(voice="company", reference=words) for words in ("", ODD))
    assert [(one.pk is not None, one._state.adding) for one in copied] == [(True, False)] * 2
    for one in copied:
        saved = Source.objects.create(voice="company", reference=one.reference)
        found = Source.objects.get(pk=one.pk)
        assert model_to_dict(found, exclude=["id"]) == model_to_dict(saved, exclude=["id"])
        assert found.entered_at
    assert add_many([]) == []


def test_rows_that_are_alike_differ_in_what_is_their_own_and_come_in_order() -> None:
    keys = add_alike(Source(voice="monitor"), reference=["a", ODD, "c"])
    found = Source.objects.in_bulk(keys)
    assert [(found[key].voice, found[key].reference) for key in keys] == [
        ("monitor", "a"),
        ("monitor", ODD),
        ("monitor", "c"),
    ]
    assert add_alike(Source(voice="monitor"), reference=[]) == []


def test_a_copied_row_that_breaks_a_rule_is_refused_with_the_name_of_the_rule() -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        add_many([Source(voice="company"), Source(voice="company", audience="nobody")])
    cause: Any = caught.value.__cause__
    assert cause.diag.constraint_name == "a_source_has_an_audience"
    assert not Source.objects.exists()


def test_the_trail_of_many_says_of_each_what_that_of_one_would() -> None:
    firms = [Organisation.objects.create(name=name, kind="company") for name in ("Kusi", "Sami")]
    write_audits(actor=None, verb="imported", records=firms, reason="file.csv")
    for firm in firms:
        write_audit(actor=None, verb="imported", record=firm, reason="file.csv")
    entries = AuditEntry.objects.filter(verb="imported").order_by("pk")
    said = list(entries.values_list("object_id", "label", "changes", "reason", "content_type"))
    assert said[:2] == said[2:]
    write_audits(actor=None, verb="undone", records=[])
    assert not AuditEntry.objects.filter(verb="undone").exists()

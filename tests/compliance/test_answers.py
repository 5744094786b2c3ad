"""What reviewers answer to frameworks of any depth: kept as facts with their sources, and reckoned node by node."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.models import AuditEntry
from compliance.evaluation.trees.reading import TreeFile
from compliance.models import Answer
from compliance.public_pages.trees import figure_of, shipped
from compliance.review_pages import answers as pages
from compliance.review_pages.answers import NodeLine, sheet_of
from compliance.services.answers import Subject, find_subject, give_answers, subject_of
from projects.models import Area, Source
from projects.services.withdrawal import withdraw_record
from tests.cast import PDF, Cast, Mine, answered, source
from tests.cast import mine as entered_mine

pytestmark = pytest.mark.django_db

IRMA, MINING_STANDARD = "irma-1-1", "consolidated-mining-standard-1"
TODAY = timezone.localdate


def address(mine: Mine, name: str = IRMA, more: str = "") -> str:
    return f"/en/work/frameworks/{name}/{mine.project.slug}/{more}"


def typed(answers: dict[str, str], seen: int = 0) -> dict[str, Any]:
    """What a reviewer sends: answers, with their day and source."""
    of_source = {"voice": "monitor", "reference": "Audit report 7", "audience": "public", "state": "reported"}
    return {
        **{f"source-{name}": value for name, value in of_source.items()},
        "answers-given_on": "30/06/2025",
        "answers-seen": str(seen),
        **answers,
    }


def of(code: str) -> str:
    """The name of the field of a question."""
    return f"answers-of-{code}"


def text_of(client: Client, url: str) -> str:
    """What a page says, without its tags."""
    response = client.get(url)
    assert response.status_code == 200, url
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def tree_of(name: str) -> Any:
    return shipped()[name].tree


def sheet(mine: Mine, name: str = IRMA) -> pages.Sheet:
    return sheet_of(name, tree_of(name), subject_of("mine", mine.project))


def line(found: NodeLine, code: str) -> NodeLine:
    """The line of a node."""
    lines = [found]
    for one in lines:
        if one.figure.node.code == code:
            return one
        lines.extend(one.below)
    raise KeyError(code)


def refused(**changes: Any) -> ValidationError:
    """What the service says of answers that it does not keep."""
    before = Answer.objects.count()
    with pytest.raises(ValidationError) as error, transaction.atomic():
        give_answers(**changes)
    assert Answer.objects.count() == before
    return error.value


def usual(cast: Cast, mine: Mine, **changes: Any) -> dict[str, Any]:
    """What the service is given."""
    return {
        "actor": cast.reviewer,
        "tree": tree_of(IRMA),
        "subject": subject_of("mine", mine.project),
        "given": {"c1.1": "80"},
        "seen": 0,
        "given_on": date(2025, 6, 30),
        "source": source(),
        **changes,
    }


# From the form to the figure


def test_an_answer_is_kept_with_its_source_its_day_and_who_gave_it(reviewer: Client, cast: Cast, mine: Mine) -> None:
    answer = reviewer.post(address(mine, more="answer/"), typed({of("c1.1"): "80"}))
    assert answer.status_code == 302
    kept = Answer.objects.get()
    assert (kept.question, kept.answer, kept.project, kept.given_on) == ("c1.1", "80", mine.project, date(2025, 6, 30))
    assert (kept.source.reference, kept.source.entered_by) == ("Audit report 7", cast.reviewer)
    assert kept.source.entered_for == cast.regulator
    entry = AuditEntry.objects.get(verb="answered")
    assert (entry.actor, entry.object_id, entry.changes["answer"]) == (cast.reviewer, str(kept.pk), [None, "80"])
    page = text_of(reviewer, f"/en/work/answers/{kept.pk}/")
    assert "1.1 Legal compliance" in page
    assert "Audit report 7" in page
    assert "Reviewer" in page


def test_the_page_of_a_subject_shows_what_it_comes_to_and_what_is_not_answered_opens_the_range(
    reviewer: Client, cast: Cast, mine: Mine
) -> None:
    empty = sheet(mine)
    assert (empty.answered, empty.whole.figure.number, empty.whole.figure.between) == (
        0,
        "We don’t know",
        "Could be 0 to 100.",
    )
    answered(cast.reviewer, mine.project, **{f"c1_{number}": "80" for number in range(1, 6)})
    now = line(sheet(mine).whole, "P1").figure
    assert (now.number, now.between) == ("80", "")
    answered(cast.reviewer, mine.project, c2_1="60")
    half = line(sheet(mine).whole, "P2").figure
    assert half.between.startswith("Could be ")
    page = text_of(reviewer, address(mine))
    assert "Answered: 6 of" in page
    assert "Business integrity: 80" in page


def test_every_golden_figure_comes_out_of_answers_that_were_typed_in_a_browser(
    reviewer: Client, cast: Cast, mine: Mine
) -> None:
    """Of every shipped framework, each example that is made of answers: from the file to the page, nothing else."""
    tried = set()
    for name, file in shipped().items():
        for example in file.examples:
            if example.row or not example.answers or any(not one for one in example.answers.values()):
                continue
            with transaction.atomic():
                expected = example.result(file.tree)
                figures = golden(reviewer, file, name, mine, dict(example.answers), list(example.gives))
                assert figures == [figure_of(file.tree, expected.find(code)) for code in example.gives], name
                transaction.set_rollback(True)
            tried.add(file.tree.code)
    assert tried >= {file.tree.code for file in shipped().values() if file.tree.subject != "district"}


def golden(
    reviewer: Client, file: TreeFile, name: str, mine: Mine, answers: dict[str, str], codes: list[str]
) -> list[Any]:
    """The figures of a subject after somebody has typed these answers."""
    subject = subject_of("mine", mine.project) if file.tree.subject == "mine" else subject_of("country", "PE")
    sent = typed({of(code): answer for code, answer in answers.items()})
    assert reviewer.post(f"/en/work/frameworks/{name}/{subject.key}/answer/", sent).status_code == 302, name
    whole = sheet_of(name, file.tree, subject).whole
    return [line(whole, code).figure for code in codes]


def test_frameworks_in_force_side_by_side_each_show_the_subject(reviewer: Client, cast: Cast, mine: Mine) -> None:
    answered(cast.reviewer, mine.project, c1_1="80")
    page = text_of(reviewer, f"/en/work/subjects/mine/{mine.project.slug}/")
    assert "IRMA Standard for Responsible Mining 1.0" in page
    assert tree_of(MINING_STANDARD).names["en"] in page
    assert "Answered: 1 of" in page
    assert "Answered: 0 of" in page
    country = text_of(reviewer, "/en/work/subjects/country/PE/")
    assert "EITI" in country
    assert "IRMA" not in country
    assert reviewer.get("/en/work/subjects/country/XX/").status_code == 404
    assert reviewer.get("/en/work/subjects/planet/PE/").status_code == 404


def test_districts_and_companies_are_found_by_their_keys(cast: Cast) -> None:
    district = Area.objects.districts().filter(country="PE").first()
    assert district is not None
    found = find_subject(cast.reviewer, "district", f"PE-{district.code}")
    assert found == subject_of("district", district)
    assert find_subject(cast.reviewer, "company", str(cast.company.pk)) == subject_of("company", cast.company)
    for kind, key in (("district", "PE-999999"), ("company", str(cast.regulator.pk)), ("company", "9" * 30)):
        assert find_subject(cast.reviewer, kind, key) is None


# What is refused


def test_an_answer_outside_its_map_is_refused_at_its_field_with_the_answers_that_it_takes(
    reviewer: Client, mine: Mine
) -> None:
    url = address(mine, MINING_STANDARD, "answer/")
    answer = reviewer.post(url, typed({of("engagement-foundational-1"): "perhaps", of("engagement-good-1"): "met"}))
    assert answer.status_code == 200
    form = answer.context["form"]
    assert list(form.errors) == ["of-engagement-foundational-1"]
    said = form.errors["of-engagement-foundational-1"][0]
    assert "“perhaps” is no answer to this" in said
    assert "Choose one of: Met (100), Not met (0), or that it does not apply." in said
    assert not Answer.objects.exists()


@pytest.mark.parametrize("number", ["101", "-1", "many", "NaN", "1e99"])
def test_a_number_beyond_its_range_is_refused_at_its_field(reviewer: Client, mine: Mine, number: str) -> None:
    answer = reviewer.post(address(mine, more="answer/"), typed({of("c1.1"): number, of("c1.2"): "50"}))
    assert answer.context["form"].errors == {"of-c1.1": ["Write a number from 0 to 100, or not_applicable."]}
    assert not Answer.objects.exists()


def test_the_service_refuses_what_no_form_offers(cast: Cast, mine: Mine) -> None:
    met = usual(cast, mine, tree=tree_of(MINING_STANDARD), given={"engagement-good-1": "perhaps"})
    assert "Choose one of" in refused(**met).message_dict["engagement-good-1"][0]
    assert "does not ask that" in refused(**usual(cast, mine, given={"IRMA": "80"})).message_dict["IRMA"][0]
    assert "does not ask that" in refused(**usual(cast, mine, given={"c9.9": "80"})).message_dict["c9.9"][0]
    assert refused(**usual(cast, mine, given={"c1.1": ""})).code == "nothing_new"
    assert refused(**usual(cast, mine, subject=subject_of("country", "PE"))).code == "other_subject"
    tomorrow = usual(cast, mine, given_on=TODAY() + timedelta(days=1))
    assert "not come yet" in refused(**tomorrow).message_dict["given_on"][0]
    for who in (cast.monitor, cast.administrator, cast.auditor, cast.operator):
        with pytest.raises(PermissionDenied):
            give_answers(**usual(cast, mine, actor=who))


def test_nothing_is_answered_about_a_mine_that_was_withdrawn(cast: Cast, mine: Mine) -> None:
    project = entered_mine(cast.monitor, "Hanan Sami")
    withdraw_record(actor=cast.monitor, record=project, reason="It was entered twice.")
    project.refresh_from_db()
    assert refused(**usual(cast, mine, subject=subject_of("mine", project))).code == "withdrawn"


def test_a_form_without_a_day_or_a_source_keeps_nothing(reviewer: Client, mine: Mine) -> None:
    sent = typed({of("c1.1"): "80"}) | {"answers-given_on": "", "source-voice": ""}
    answer = reviewer.post(address(mine, more="answer/"), sent)
    assert list(answer.context["form"].errors) == ["given_on"]
    assert list(answer.context["source"].errors) == ["voice"]
    assert not Answer.objects.exists()


# Corrected, withdrawn, answered meanwhile


def test_a_correction_says_why_and_the_earlier_answer_stays_readable(reviewer: Client, cast: Cast, mine: Mine) -> None:
    first = answered(cast.reviewer, mine.project, c1_1="80")
    url = address(mine, more="answer/")
    sent = typed({of("c1.1"): "60"}, first.pk)
    without = reviewer.post(url, sent)
    assert without.context["form"].errors == {"reason": ["Say why an answer is changed or withdrawn."]}
    assert reviewer.post(url, sent | {"answers-reason": "The second page says 60."}).status_code == 302
    second = Answer.objects.standing().get()
    assert (second.answer, second.replaces) == ("60", first)
    assert AuditEntry.objects.filter(verb="corrected", object_id=str(second.pk), reason="The second page says 60.")
    page = text_of(reviewer, f"/en/work/answers/{second.pk}/")
    assert "The second page says 60." in page
    assert "80" in page
    assert sheet(mine).last["c1.1"] == second


def test_a_withdrawn_answer_opens_the_range_again(reviewer: Client, cast: Cast, mine: Mine) -> None:
    answered(cast.reviewer, mine.project, **{f"c1_{number}": "80" for number in range(1, 6)})
    last = sheet(mine).seen
    sent = typed({of("c1.1"): "", "answers-reason": "It was of another mine."}, last)
    sent |= {of(f"c1.{number}"): "80" for number in range(2, 6)}
    assert reviewer.post(address(mine, more="answer/"), sent).status_code == 302
    now = sheet(mine)
    assert line(now.whole, "P1").figure.between == "Could be 64 to 84."
    assert line(now.whole, "c1.1").words == "Withdrawn"
    assert now.answered == 4
    assert AuditEntry.objects.filter(verb="withdrawn").count() == 1


def test_what_a_colleague_answered_meanwhile_is_never_written_over_unseen(
    reviewer: Client, cast: Cast, mine: Mine
) -> None:
    seen = answered(cast.reviewer, mine.project, c1_1="80").pk
    answered(cast.second_reviewer, mine.project, c1_1="70")
    sent = typed({of("c1.1"): "60", "answers-reason": "The second page says 60."}, seen)
    answer = reviewer.post(address(mine, more="answer/"), sent)
    assert "Somebody has answered this meanwhile: “70”" in answer.context["form"].errors["of-c1.1"][0]
    assert Answer.objects.standing().get().answer == "70"


def test_a_form_that_is_sent_twice_is_kept_once(reviewer: Client, mine: Mine) -> None:
    sent = typed({of("c1.1"): "80", "source-once": "one-and-the-same-form"})
    for _time in range(2):
        assert reviewer.post(address(mine, more="answer/"), sent).status_code == 302
    assert Answer.objects.count() == 1


def test_postgresql_keeps_one_chain_of_answers_to_each_question(cast: Cast, mine: Mine) -> None:
    first = answered(cast.reviewer, mine.project, c1_1="80")
    row = {"framework": "irma-1", "version": 1, "given_on": date(2025, 6, 30), "answer": "50", "reason": ""}
    own = {"project": mine.project, "question": "c1.1"}
    for changes in (
        own,
        own | {"replaces": first},
        own | {"replaces": first, "reason": "Why", "question": "c1.2"},
        own | {"replaces": first, "reason": "Why", "project": None, "country": "PE"},
        {"project": None, "question": "c1.3"},
        {"project": mine.project, "question": "c1.3", "country": "PE"},
        {"project": mine.project, "question": "c1.3", "answer": ""},
    ):
        said = source()
        said.save()
        with pytest.raises(IntegrityError), transaction.atomic():
            Answer.objects.create(**row | {"source": said} | changes)
    said = source()
    said.save()
    Answer.objects.create(**row | {"source": said, "replaces": first, "reason": "Why"} | own)


# On the screen


def test_what_is_not_answered_comes_first_and_words_are_looked_for(reviewer: Client, cast: Cast, mine: Mine) -> None:
    answered(cast.reviewer, mine.project, c1_1="80")
    url = address(mine, more="answer/")
    fields = [name for name in reviewer.get(url).context["form"].fields if name.startswith("of-")]
    assert fields[-1] == "of-c1.1"
    assert reviewer.get(url).context["form"].initial["of-c1.1"] == "80"
    found = reviewer.get(f"{url}?q=RESETTLEMENT")
    assert [name for name in found.context["form"].fields if name.startswith("of-")] == ["of-c2.4"]
    assert "Nothing found." in text_of(reviewer, f"{url}?q=volcano")
    assert reviewer.post(f"{url}?q=RESETTLEMENT", typed({of("c2.4"): "50"})).status_code == 302
    assert set(sheet(mine).last) == {"c1.1", "c2.4"}


def test_a_subject_is_chosen_by_its_name_and_lists_tell_of_visible_ones_only(
    reviewer: Client, client: Client, cast: Cast, mine: Mine
) -> None:
    answered(cast.reviewer, mine.project, c1_1="80")
    assert mine.project.name in text_of(reviewer, "/en/work/frameworks/")
    chosen = reviewer.get(f"/en/work/frameworks/?framework={IRMA}&subject={mine.project.pk}")
    assert chosen["Location"] == address(mine)
    wrong = reviewer.get(f"/en/work/frameworks/?framework={IRMA}&subject=999999")
    assert wrong.status_code == 200
    client.force_login(cast.stranger)
    assert mine.project.name not in text_of(client, "/en/work/frameworks/")
    assert client.get(address(mine)).status_code == 404


def test_words_and_files_of_a_confidential_source_are_for_reviewers(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.reviewer)
    sent = typed({of("c1.1"): "80", "source-audience": "confidential"})
    upload = SimpleUploadedFile("audit.pdf", PDF, "application/pdf")
    assert client.post(address(mine, more="answer/"), sent | {"source-uploads": upload}).status_code == 302
    kept = Answer.objects.get()
    file = kept.source.evidence.get()
    assert client.get(f"/en/work/evidence/{file.pk}/").status_code == 200
    assert "Audit report 7" in text_of(client, f"/en/work/answers/{kept.pk}/")
    client.force_login(cast.monitor)
    assert "Audit report 7" not in text_of(client, f"/en/work/answers/{kept.pk}/")
    assert client.get(f"/en/work/evidence/{file.pk}/").status_code == 404
    client.force_login(cast.operator)
    assert client.get(f"/en/work/answers/{kept.pk}/").status_code == 403


def test_the_api_lists_the_answers_that_stand_with_the_source_that_the_reader_may_read(
    client: Client, cast: Cast, mine: Mine
) -> None:
    answered(cast.reviewer, mine.project, c1_1="80")
    second = answered(cast.reviewer, mine.project, c1_1="60")
    Source.objects.filter(pk=second.source_id).update(audience="confidential", reference="Audit report 7")
    client.force_login(cast.reviewer)
    [row] = client.get(f"/api/v1/answers/?project={mine.project.slug}&framework=irma-1").json()["results"]
    assert (row["id"], row["project"], row["question"], row["answer"]) == (second.pk, mine.project.slug, "c1.1", "60")
    assert (row["country"], row["area"], row["source"]["reference"]) == (None, None, "Audit report 7")
    assert client.get("/api/v1/answers/?framework=rgi-2013").json()["results"] == []
    client.force_login(cast.monitor)
    [told] = client.get("/api/v1/answers/").json()["results"]
    assert "Audit report 7" not in str(told)
    for who, status in ((cast.stranger, 200), (cast.operator, 403)):
        client.force_login(who)
        answer = client.get("/api/v1/answers/")
        assert answer.status_code == status
        assert answer.json().get("results", []) == []


def test_an_answer_that_a_version_no_longer_takes_is_said_and_counts_as_not_given(reviewer: Client, mine: Mine) -> None:
    said = source(voice=Source.Voice.MONITOR)
    said.save()
    Answer.objects.create(
        framework=tree_of(MINING_STANDARD).code,
        version=1,
        question="engagement-good-1",
        answer="perhaps",
        project=mine.project,
        given_on=date(2025, 6, 30),
        source=said,
    )
    assert "“perhaps” is no answer to engagement-good-1 by these rules" in text_of(
        reviewer, address(mine, MINING_STANDARD)
    )
    shown = sheet(mine, MINING_STANDARD)
    assert (shown.answered, [one.answer for one in shown.unreadable]) == (0, ["perhaps"])


def test_pages_are_in_spanish_too(client: Client, cast: Cast, mine: Mine) -> None:
    answered(cast.reviewer, mine.project, c1_1="80")
    client.force_login(cast.reviewer)
    with override("es"):
        page = client.get(address(mine).replace("/en/", "/es/")).content.decode()
    assert "Cómo se suman los puntos" in page
    assert "How the points add up" not in page


def test_a_subject_has_the_name_and_the_columns_of_its_kind(cast: Cast, mine: Mine) -> None:
    assert subject_of("mine", mine.project).columns == {"project": mine.project}
    assert subject_of("company", cast.company).columns == {"organisation": cast.company}
    assert subject_of("country", "PE") == Subject("country", "PE", "Peru", "PE")

"""What publications hide of small numbers, opened for those who check them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import requires
from accounts.fresh_sign_in import needs_fresh_sign_in
from compliance.models import Publication
from compliance.public_pages.document import read_document
from compliance.services.small_numbers import opened
from compliance.views.review import visible_scorecard


@require_GET
@requires("small_numbers.open")
@needs_fresh_sign_in(to_read=True)
def commitments(request: HttpRequest, pk: int) -> HttpResponse:
    """The exact rows behind the publications of a scorecard, each with its salt and whether its commitment holds."""
    scorecard = visible_scorecard(request, pk)
    publications = Publication.objects.filter(scorecard=scorecard).select_related("scorecard").order_by("-sequence")
    others = Publication.objects.filter(project_slug=scorecard.project.slug, year=scorecard.year).order_by("sequence")
    return render(
        request,
        "compliance/small_numbers.html",
        {
            "card": scorecard,
            "publications": [(one, opened(one, read_document(one))) for one in publications],
            "exact": [one for one in others if not read_document(one).hides_small_numbers],
        },
    )

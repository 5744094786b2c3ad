"""What a mine brings besides wages and purchases: posts passed on to nationals."""

from django.utils.translation import gettext_lazy as _

from projects.forms import form_of
from projects.kinds import RecordKind, Subject
from projects.models import ForeignPost

WORK = (
    RecordKind(
        code="foreign-posts",
        subject=Subject.WORK,
        model=ForeignPost,
        form=form_of(ForeignPost),
        fact_name="foreign-post",
        singular=_("Post held by a foreigner"),
        plural=_("Posts held by foreigners"),
        add_label=_("Add a post held by a foreigner"),
        help=_(
            "Post by post: since when a foreigner holds it, and by which day a national follows. It names no person."
        ),
        columns=("post", "employer", "held_since", "follows_by", "passed_on"),
        headings={"held_since": _("Since"), "follows_by": _("A national follows by"), "passed_on": _("Passed on")},
        carried=("employer",),
        optional=True,
        reported_by_companies=True,
    ),
)

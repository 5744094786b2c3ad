"""What a mine brings besides wages and purchases: posts passed on to nationals, calls to suppliers, methods."""

from django.utils.translation import gettext_lazy as _

from projects.accord_forms import MethodForm
from projects.forms import form_of
from projects.kinds import RecordKind, Subject
from projects.models import ForeignPost, MethodInUse, SupplierCall

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
    RecordKind(
        code="supplier-calls",
        subject=Subject.WORK,
        model=SupplierCall,
        form=form_of(SupplierCall),
        fact_name="supplier-call",
        singular=_("Call to local suppliers"),
        plural=_("Calls to local suppliers"),
        add_label=_("Add a call to local suppliers"),
        help=_("What the mine seeks from firms nearby, until which day, and where they ask."),
        columns=("sought", "buyer", "opens_on", "closes_on"),
        carried=("buyer", "sought_from", "where_to_ask"),
        optional=True,
        reported_by_companies=True,
    ),
    RecordKind(
        code="methods",
        subject=Subject.WORK,
        model=MethodInUse,
        form=form_of(MethodInUse, MethodForm),
        fact_name="method-in-use",
        singular=_("Method in use"),
        plural=_("Methods in use"),
        add_label=_("Add a method in use"),
        help=_(
            "How the mine digs and treats water and waste, what that replaces, and what it changed in water, energy or tailings."
        ),
        columns=("method", "field", "since", "changed"),
        headings={"since": _("Since")},
        optional=True,
        reported_by_companies=True,
    ),
)

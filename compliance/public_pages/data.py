"""Every figure to copy, and what is needed to check them. Its template shows files, which the page adds."""

from django.utils.translation import gettext_lazy

from compliance.public_pages.sections import Section, register

register(
    Section(
        name="data",
        page="data",
        title=gettext_lazy("Data and proof"),
        lead=gettext_lazy("Free to copy and to check."),
        show=lambda document: {"covered": len(document.covered)},
    )
)

"""What templates ask about sources, after ``{% load source_words %}``."""

from django import template

from accounts.models import User
from projects.models import Evidence, Source
from projects.services.erasures import may_ask

register = template.Library()


@register.filter
def readable_by(source: Source, viewer: User) -> bool:
    """Whether the viewer may read the words and files of a source."""
    return source.is_readable_by(viewer)


@register.filter
def confided_to(source: Source, viewer: User) -> bool:
    """Whether the viewer may read what is confidential of a source."""
    return source.is_confided_to(viewer)


@register.filter
def files_for(source: Source, viewer: User) -> list[Evidence]:
    """The files of a source that the viewer may have."""
    return source.files_for(viewer)


@register.filter
def may_be_erased_by(source: Source, viewer: User) -> bool:
    """Whether the viewer may ask that its words and files be erased."""
    return viewer.may("record.withdraw") and may_ask(viewer, source)

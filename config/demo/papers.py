"""Small real files for the demo: receipts, minutes and resolutions that say of themselves: invented."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.text import slugify
from PIL import Image, ImageDraw, ImageFont

from accounts.models import User
from projects.models import Evidence
from projects.services.evidence import keep_evidence

SIZE = (300, 130)
SCALE = 2
WARNING = "INVENTADO, demo de Minka / INVENTED, Minka demo"


@cache
def font() -> ImageFont.ImageFont:
    """Pillow's own letters, so that no file is needed; they know Spanish."""
    return ImageFont.load_default_imagefont()


@cache
def blank() -> Image.Image:
    """A page with nothing but the warning."""
    page = Image.new("1", SIZE, 1)
    pen = ImageDraw.Draw(page)
    pen.rectangle((2, 2, SIZE[0] - 3, SIZE[1] - 3), outline=0)
    pen.rectangle((2, SIZE[1] - 18, SIZE[0] - 3, SIZE[1] - 3), fill=0)
    pen.text((8, SIZE[1] - 16), WARNING, font=font(), fill=1)
    return page


def keep_paper(*, title: str, lines: Sequence[str], kind: str, effective_on: date, by: User) -> Evidence:
    """Draw a paper and upload it as evidence."""
    upload = SimpleUploadedFile(f"{slugify(title)}.{kind}", drawn(title, lines, kind))
    evidence = keep_evidence(actor=by, upload=upload)
    evidence.effective_on = effective_on
    evidence.save(update_fields=["effective_on"])
    return evidence


def drawn(title: str, lines: Sequence[str], kind: str) -> bytes:
    """A page with a title, some lines and the warning, as PNG or PDF."""
    page = blank().copy()
    pen = ImageDraw.Draw(page)
    for number, line in enumerate([title, "", *lines]):
        pen.text((8, 8 + 15 * number), line, font=font(), fill=0)
    buffer = BytesIO()
    page.resize((SCALE * SIZE[0], SCALE * SIZE[1])).save(buffer, kind.upper())
    return buffer.getvalue()

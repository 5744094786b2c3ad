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

SIZE = (720, 400)
WARNING = "INVENTADO: demostración de Minka / INVENTED: Minka demo"


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font, so that no file is needed."""
    return ImageFont.load_default(size)


def keep_paper(*, title: str, lines: Sequence[str], kind: str, effective_on: date, by: User) -> Evidence:
    """Draw a paper and upload it as evidence."""
    upload = SimpleUploadedFile(f"{slugify(title)}.{kind}", drawn(title, lines, kind))
    evidence = keep_evidence(actor=by, upload=upload)
    evidence.effective_on = effective_on
    evidence.save(update_fields=["effective_on"])
    return evidence


def drawn(title: str, lines: Sequence[str], kind: str) -> bytes:
    """A page with a title, some lines and the warning, as PNG or PDF."""
    page = Image.new("1", SIZE, 1)
    pen = ImageDraw.Draw(page)
    pen.rectangle((8, 8, SIZE[0] - 9, SIZE[1] - 9), outline=0)
    pen.text((28, 28), title, font=font(26), fill=0)
    for number, line in enumerate(lines):
        pen.text((28, 92 + 34 * number), line, font=font(20), fill=0)
    pen.rectangle((8, SIZE[1] - 58, SIZE[0] - 9, SIZE[1] - 9), fill=0)
    pen.text((28, SIZE[1] - 46), WARNING, font=font(20), fill=1)
    buffer = BytesIO()
    page.save(buffer, kind.upper())
    return buffer.getvalue()

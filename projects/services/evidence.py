"""Keeping evidence files: what a file is, is told by its content; what cannot be opened safely is refused.

What is kept has lost who made it, where and with what.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from lxml import etree
from pikepdf import PasswordError, PdfError
from PIL import Image, ImageOps, UnidentifiedImageError

from accounts.models import User
from accounts.names import clean_file_name
from projects.intake.problems import Refusal
from projects.intake.reading import MAX_ENTRIES, MAX_RATIO, decode
from projects.models import Evidence
from projects.services.cleaning import Attachments, cleaned_office, cleaned_pdf, reaches_outside

LARGEST = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "text/csv": (".csv", ".tsv", ".txt"),
    EXCEL: (".xlsx",),
    WORD: (".docx",),
}
"""What the name of each kind of file ends in."""
ACTIVE = tuple(
    f"{folder}/{part}"
    for folder in ("xl", "word")
    for part in ("externallinks/", "macrosheets/", "embeddings/", "activex/", "afchunk")
)
"""Parts of a workbook or a letter that are no cells and no words, and do something."""
MOST_UNPACKED = 100_000_000
DAMAGED = (OSError, EOFError, ValueError, NotImplementedError, OverflowError, struct.error, zlib.error)
"""What the readers of archives and pictures raise on bytes that are not what they were."""
UNREADABLE = (PdfError, etree.LxmlError, zipfile.BadZipFile, RuntimeError, *DAMAGED)
"""What the readers of documents raise beside."""


def keep_evidence(*, actor: User, upload: UploadedFile[Any], with_original: bool = False) -> Evidence:
    """Store a file at once, so that an error elsewhere in the form does not lose it.

    Author, place and tools are taken out; `with_original` keeps it as it came beside. Raises ValidationError with words
    that say which files are taken, or what is wrong with the name.
    """
    name = clean_file_name(PurePath(upload.name or "file").name)[:200]
    if not upload.size:
        raise ValidationError(_("“%(name)s” is empty. Choose the file again."), "empty_file", {"name": name})
    if upload.size > LARGEST:
        raise ValidationError(
            _("“%(name)s” is larger than 10 MB. Send a smaller photo, or the pages that matter."),
            "file_too_large",
            {"name": name},
        )
    content = upload.read()
    media_type = media_type_of(content)
    if media_type is None:
        raise ValidationError(
            _("“%(name)s” is not a PDF, JPG, PNG, CSV, XLSX or DOCX file, or it is damaged."),
            "file_kind",
            {"name": name},
        )
    if PurePath(name).suffix.lower() not in ENDINGS[media_type]:
        raise ValidationError(
            _("“%(name)s” is not what its name says: it is a %(kind)s file. Save it again in its own program."),
            "not_what_its_name_says",
            {"name": name, "kind": ENDINGS[media_type][0][1:].upper()},
        )
    original = content
    content = cleaned(content, media_type, name)
    evidence = Evidence(
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
    )
    try:
        evidence.file.save(name, ContentFile(content), save=False)
        if with_original and original != content:
            evidence.original.save(name, ContentFile(original), save=False)
        evidence.save()
    except BaseException:  # no file stays on the disk that no row names
        for stored in (evidence.file, evidence.original):
            if stored:
                stored.delete(save=False)
        raise
    return evidence


def media_type_of(content: bytes) -> str | None:
    """The kind of file by its first bytes and structure; None where it is none that is taken."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\x89PNG\r\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, *DAMAGED):
            return None
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            return None
        return EXCEL if "xl/workbook.xml" in names else WORD if "word/document.xml" in names else None
    return "text/csv" if looks_like_a_table(content) else None


def looks_like_a_table(content: bytes) -> bool:
    """Text of lines with separators, in UTF-8 or as a Spanish spreadsheet writes it, and no mark-up."""
    if b"\0" in content:
        return False
    try:
        head = decode(content)[0][:20_000]
    except Refusal:
        return False
    printable = all(character.isprintable() or character in "\r\n\t" for character in head)
    return printable and not head.lstrip().startswith("<") and any(mark in head for mark in ",;\t")


def cleaned(content: bytes, media_type: str, name: str) -> bytes:
    """The file without who made it, where and with what."""
    if media_type.startswith("image/"):
        return written_anew(content, media_type, name)
    try:
        if media_type == "application/pdf":
            return cleaned_pdf(content)
        if media_type in (EXCEL, WORD):
            check_office(content, name)
            return cleaned_office(content)
    except Attachments as error:
        raise ValidationError(WITH_MORE_INSIDE, "active_content", {"name": name}) from error
    except PasswordError as error:
        message = _("“%(name)s” is locked with a password. Save it again without one.")
        raise ValidationError(message, "locked", {"name": name}) from error
    except UNREADABLE as error:
        message = _("“%(name)s” cannot be opened. Save it again in its own program.")
        raise ValidationError(message, "damaged_document", {"name": name}) from error
    return content


WITH_MORE_INSIDE = _("“%(name)s” holds links to other files, macros or embedded objects. Save it again without them.")


def check_office(content: bytes, name: str) -> None:
    """Refuse a document that reaches for other files, holds other objects, or unpacks to far more than it is."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    if any(entry.filename.lower().startswith(ACTIVE) for entry in entries):
        raise ValidationError(WITH_MORE_INSIDE, "active_content", {"name": name})
    unpacked, packed = (sum(getattr(entry, size) for entry in entries) for size in ("file_size", "compress_size"))
    if len(entries) > MAX_ENTRIES or unpacked > min(MAX_RATIO * max(packed, 1), MOST_UNPACKED):
        message = _("“%(name)s” unpacks to far more than it should. Save only the rows that matter.")
        raise ValidationError(message, "bomb", {"name": name})
    if reaches_outside(content):
        raise ValidationError(WITH_MORE_INSIDE, "active_content", {"name": name})


def written_anew(content: bytes, media_type: str, name: str) -> bytes:
    """The picture alone, without what the camera wrote beside it."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValidationError(
                    _("“%(name)s” has too many pixels. Send a smaller photo."), "pixels", {"name": name}
                )
            out = io.BytesIO()
            upright = ImageOps.exif_transpose(picture)
            alone = upright.convert("RGB") if media_type == "image/jpeg" else upright.copy()
            alone.info = {name: value for name, value in alone.info.items() if name == "transparency"}
            if media_type == "image/jpeg":
                alone.save(out, "JPEG", quality=85)
            else:
                alone.save(out, "PNG")
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, *DAMAGED) as error:
        raise ValidationError(
            _("“%(name)s” cannot be opened as a picture. Take or save it again."), "damaged_picture", {"name": name}
        ) from error
    return out.getvalue()

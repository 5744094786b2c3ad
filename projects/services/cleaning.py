"""Taking out of a file who made it, where and with what; what it shows stays.

Names that stand in the text itself are not touched, nor pictures of rarer kinds inside documents (TIFF, JPEG 2000).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree

NEVER_TOLD = ("/Metadata", "/PieceInfo", "/LastModified")
"""Keys of any part of a PDF that hold what programs note about it."""
OF_WRITERS = ("/T", "/CreationDate", "/M")
"""Keys of a comment in a PDF that say who wrote it, and when."""
COMMENTS = frozenset(
    f"/{name}"
    for name in (
        *("Text", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly"),
        *("StrikeOut", "Caret", "Stamp", "Ink", "Popup", "Redact"),
    )
)
NOTED = re.compile(r"(docProps|customXml)/[^/]+\.xml$")
"""Parts of an Office document that hold what programs note about it, each in one element."""
WITHOUT_WORDS = re.compile(r"docProps/[^/]+$|.*printerSettings[^/]*\.bin$")
"""Other such parts: small pictures of the first page, settings of the printer."""
WITH_WRITERS = re.compile(r"word/.+\.xml$|xl/(workbook\.xml|(comments|threadedComments|persons|revisions).*\.xml)$")
"""Parts that may name who wrote, commented or changed something."""
WRITERS = frozenset({"author", "initials", "userId", "providerId", "userName", "displayName"})
"""Attributes in these parts that do."""
PLACES_OF_FILES = frozenset({"absPath", "fileSharing"})
"""Elements of a workbook that tell the folder, and so the account, from which it was saved."""
PNG_KEPT = frozenset(
    (*(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP"), *(b"sBIT", b"bKGD", b"pHYs"))
)
"""The parts of a PNG that its points and colours need."""
WORDS_OF_JPEG, SCAN_OF_JPEG, END_OF_JPEG = 0xFE, 0xDA, 0xD9
NOTES_OF_JPEG = range(0xE1, 0xF0)
NOTES_KEPT = (b"ICC_P", b"Adobe")
"""Notes beside the points of a JPEG that say how its colours are meant."""
LARGEST_PICTURE = 50_000_000


class Attachments(Exception):
    """The document has other files inside."""


def cleaned_pdf(content: bytes) -> bytes:
    """A PDF without author, tools, dates of comments, signatures and earlier versions of itself.

    Raises Attachments where it has other files inside, `pikepdf.PasswordError` where it is locked, and
    `pikepdf.PdfError` where it cannot be read.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        for key in ("/Info", "/ID"):
            if key in pdf.trailer:
                del pdf.trailer[key]
        for key in ("/Perms", "/DSS"):
            if key in pdf.Root:
                del pdf.Root[key]
        for part in pdf.objects:
            for each in within(part):
                clean_part(each)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def within(part: Any) -> Iterator[Any]:
    """A part of a PDF and whatever is written directly into it, as far as that has keys."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield one
            waiting += [value for _key, value in one.items() if not is_by_itself(value)]
        elif isinstance(one, pikepdf.Array):
            waiting += [item for item in one if not is_by_itself(item)]


def is_by_itself(value: Any) -> bool:
    """Whether a value is a part of its own, which is met there."""
    return not isinstance(value, pikepdf.Object) or value.is_indirect


def clean_part(part: Any) -> None:
    """Take out of one part of a PDF who made it."""
    if name_of(part.get("/Type")) == "/EmbeddedFile":
        raise Attachments
    unwanted = {*NEVER_TOLD, *(OF_WRITERS if name_of(part.get("/Subtype")) in COMMENTS else ())}
    if name_of(part.get("/FT")) == "/Sig":
        unwanted.add("/V")
    for key in unwanted & set(part.keys()):
        del part[key]
    if isinstance(part, pikepdf.Stream):
        clean_picture(part)


def name_of(value: Any) -> str:
    """What a PDF calls something; empty where the value is no name."""
    return str(value) if isinstance(value, pikepdf.Name) else ""


def clean_picture(stream: pikepdf.Stream) -> None:
    """Take out of a photo inside a PDF what the camera wrote beside it."""
    filters = stream.get("/Filter")
    names = [name_of(one) for one in (filters if isinstance(filters, pikepdf.Array) else [filters])]
    if names == ["/DCTDecode"]:
        stored = stream.read_raw_bytes()
    elif names == ["/FlateDecode", "/DCTDecode"] and "/DecodeParms" not in stream:
        stored = zlib.decompressobj().decompress(stream.read_raw_bytes(), LARGEST_PICTURE)
    else:
        return
    cleaned = cleaned_jpeg(stored)
    if cleaned != stored:
        how: Any = stream.get("/DecodeParms")
        stream.write(cleaned, filter=pikepdf.Name.DCTDecode, decode_parms=how)


def reaches_outside(content: bytes) -> bool:
    """Whether an Office document takes anything from elsewhere but where its links lead.

    Raises `zipfile.BadZipFile` or `etree.XMLSyntaxError` where it cannot be read.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        relations = [parsed(archive.read(name)) for name in archive.namelist() if name.endswith(".rels")]
    return any(
        one.get("TargetMode") == "External" and not one.get("Type", "").endswith("/hyperlink")
        for root in relations
        for one in root
    )


def cleaned_office(content: bytes) -> bytes:
    """A DOCX or XLSX without author, tools, folders and times; comments and changes stay, their writers do not.

    Raises `zipfile.BadZipFile` or `etree.XMLSyntaxError` where it cannot be read.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as taken, zipfile.ZipFile(out, "w") as kept:
        for entry in taken.infolist():
            part = cleaned_entry(entry.filename, taken.read(entry))
            kept.writestr(zipfile.ZipInfo(entry.filename), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def cleaned_entry(name: str, content: bytes) -> bytes:
    """One part of an Office document."""
    if NOTED.match(name):
        return emptied(content)
    if WITHOUT_WORDS.match(name):
        return bytes(len(content))
    if WITH_WRITERS.match(name):
        return without_writers(content)
    if content.startswith(b"\xff\xd8\xff"):
        return cleaned_jpeg(content)
    return cleaned_png(content) if content.startswith(b"\x89PNG\r\n") else content


def parsed(content: bytes) -> Any:
    """The element of an XML text; nothing is fetched for it, and no entity is unfolded."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True))


def emptied(content: bytes) -> bytes:
    """The same element with nothing in it."""
    root = parsed(content)
    return written(etree.Element(root.tag, nsmap=root.nsmap))


def without_writers(content: bytes) -> bytes:
    """The same text without the names of those who wrote, commented or changed it."""
    root = parsed(content)
    for element in list(root.iter(tag=etree.Element)):
        for attribute in element.attrib:
            if etree.QName(attribute).localname in WRITERS:
                element.set(attribute, "")
        called = etree.QName(element).localname
        if called == "author":
            element.text = ""
        elif called in PLACES_OF_FILES and element.getparent() is not None:
            element.getparent().remove(element)
    return written(root)


def written(root: Any) -> bytes:
    """An element as Office reads it."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def cleaned_jpeg(content: bytes) -> bytes:
    """A photo, point for point, without place, device, words and whatever hangs behind it; damaged ones as they are."""
    kept, at, scanned = [content[:2]], 2, False
    while content[at : at + 1] == b"\xff" and at + 4 <= len(content) and content[at + 1] != END_OF_JPEG:
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == SCAN_OF_JPEG:
            end, scanned = end_of_scan(content, end), True
        segment = content[at:end]
        if marker != WORDS_OF_JPEG and (marker not in NOTES_OF_JPEG or segment[4:9] in NOTES_KEPT):
            kept.append(segment)
        at = end
    return b"".join([*kept, b"\xff", bytes([END_OF_JPEG])]) if scanned else content


def end_of_scan(content: bytes, at: int) -> int:
    """Where the points of a JPEG that begin here end: at the next mark that is none of theirs."""
    while (at := content.find(b"\xff", at)) >= 0:
        if content[at + 1 : at + 2] not in (b"\0", *(bytes([number]) for number in range(0xD0, 0xD8))):
            return at
        at += 2
    return len(content)


def cleaned_png(content: bytes) -> bytes:
    """A drawing, point for point, without words and times; damaged ones as they are."""
    kept, at = [content[:8]], 8
    while at + 12 <= len(content):
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        kind = content[at + 4 : at + 8]
        if kind in PNG_KEPT:
            kept.append(content[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    return content

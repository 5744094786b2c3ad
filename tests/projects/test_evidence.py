"""Files behind records: what is taken, what is refused in words, what is stripped, and who gets them."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from PIL import Image, PngImagePlugin

from accounts.models import User
from projects.intake.reading import MAX_ENTRIES
from projects.models import Evidence, PhasePeriod
from projects.services.evidence import LARGEST, keep_evidence
from tests.cast import PDF, Cast, Mine, evidence, gather_cast, open_mine, picture

pytestmark = pytest.mark.django_db
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS = {"source-voice": "monitor", "source-state": "reported", "phase": "exploration", "ends_on": "2019-01-01"}


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a payment that rests on a file."""
    return open_mine(cast.monitor, cast.company)


def workbook() -> bytes:
    """A small spreadsheet."""
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def archive(*names: str) -> bytes:
    """A zip file with these members."""
    return packed(dict.fromkeys(names, b"x"))


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The parts of a zip file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"


def letter(**more: bytes) -> bytes:
    """A letter that Rosa wrote and changed, with a photo of hers in it; `more` are other parts, by their names."""
    parts = {
        "[Content_Types].xml": b"<Types/>",
        "docProps/core.xml": b'<c:coreProperties xmlns:c="urn:c"><c:creator>Rosa</c:creator></c:coreProperties>',
        "docProps/app.xml": b"<Properties><Application>Rosa Writer</Application></Properties>",
        "docProps/thumbnail.jpeg": b"Rosa",
        "customXml/item1.xml": b"<owner>Rosa</owner>",
        "word/document.xml": f'<w:document {W}><w:ins w:author="Rosa"><w:t>We got 5</w:t></w:ins></w:document>'.encode(),
        "word/comments.xml": f'<w:comments {W}><w:comment w:author="Rosa" w:initials="Rosa"/></w:comments>'.encode(),
        "word/media/image1.jpeg": photo_by_rosa(),
        "word/media/image2.png": picture("PNG", pnginfo=noted_by_rosa()),
    }
    return packed(parts | more)


def photo_by_rosa() -> bytes:
    """A photo whose camera wrote Rosa's name in three places."""
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Rosa"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "S"
    return picture("JPEG", exif=exif, comment=b"taken by Rosa", xmp=b"<x:xmpmeta>Rosa</x:xmpmeta>")


def noted_by_rosa() -> PngImagePlugin.PngInfo:
    """What programs write into a drawing."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Rosa")
    notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Rosa</x:xmpmeta>")
    return notes


def report(*, password: str = "", attached: bool = False) -> bytes:
    """A PDF that Rosa wrote, commented and signed, with a photo of hers in it."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(200, 200))
        pdf.docinfo["/Author"] = "Rosa"
        with pdf.open_metadata() as noted:
            noted["dc:creator"] = ["Rosa"]
        page = pdf.pages[0].obj
        page.PieceInfo = pikepdf.Dictionary(Program=pikepdf.Dictionary(Private=pikepdf.String("Rosa")))
        note: dict[str, Any] = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Text, "Rect": [0, 0, 9, 9]}
        page.Annots = pikepdf.Array([pikepdf.Dictionary(T="Rosa", Contents="We got 5", **note)])
        signature = pikepdf.Dictionary(Type=pikepdf.Name.Sig, Name="Rosa", Contents=pikepdf.String("Rosa"))
        field = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="Signature1", V=pdf.make_indirect(signature))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(field)]))
        shown = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": 12, "Height": 8}
        colours = {"ColorSpace": pikepdf.Name.DeviceRGB, "BitsPerComponent": 8}
        photo = pikepdf.Stream(pdf, photo_by_rosa(), Filter=pikepdf.Name.DCTDecode, **shown, **colours)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=photo))
        if attached:
            pdf.attachments["list.txt"] = b"Rosa"
        pdf.save(out, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return out.getvalue()


def words_in(pdf: bytes) -> bytes:
    """Everything that stands in a PDF, unpacked."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(
            out,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


def refusal(actor: User, name: str, content: bytes) -> str:
    """The code with which a file is refused; empty where it is kept."""
    try:
        evidence(actor, name, content)
    except ValidationError as error:
        return str(error.code) if name[:20] in error.messages[0] else f"{name} is not named"
    return ""


@pytest.mark.parametrize(
    "part", ["xl/externalLinks/externalLink1.xml", "xl/macrosheets/sheet1.xml", "xl/embeddings/oleObject1.bin"]
)
def test_a_workbook_that_is_more_than_cells_is_refused(cast: Cast, part: str) -> None:
    assert refusal(cast.monitor, "rows.xlsx", archive("xl/workbook.xml", part)) == "active_content"


def test_a_workbook_that_unpacks_to_a_hundred_times_its_size_is_refused(cast: Cast) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 1_000_000)
    assert refusal(cast.monitor, "rows.xlsx", out.getvalue()) == "bomb"


def test_a_workbook_of_more_parts_than_any_has_is_refused(cast: Cast) -> None:
    parts = (f"xl/worksheets/sheet{number}.xml" for number in range(MAX_ENTRIES))
    assert refusal(cast.monitor, "rows.xlsx", archive("xl/workbook.xml", *parts)) == "bomb"


def test_no_entity_of_a_document_is_unfolded(cast: Cast, tmp_path: Path) -> None:
    """Neither a file of the server nor a text that doubles itself comes into what is kept."""
    secret = tmp_path / "secret"
    secret.write_text("Nina Condori")
    for entity in (f'SYSTEM "{secret.as_uri()}"', '"Nina Condori"'):
        words = f"<!DOCTYPE w [<!ENTITY x {entity}>]><w:document {W}><w:t>&x;</w:t></w:document>"
        kept = evidence(cast.monitor, "letter.docx", letter(**{"word/document.xml": words.encode()}))
        shown = unpacked(kept.file.read())["word/document.xml"].decode()
        assert "<w:t>&x;</w:t>" in shown or "<w:t/>" in shown
        assert "Nina" not in shown.partition("<w:document")[2]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("receipt.pdf", PDF, "application/pdf"),
        ("RECEIPT.PDF", PDF, "application/pdf"),
        ("photo.jpg", picture(), "image/jpeg"),
        ("photo.JPEG", picture(), "image/jpeg"),
        ("scan.png", picture("PNG"), "image/png"),
        ("rows.csv", b"year,amount\n2025,10\n", "text/csv"),
        ("rows.csv", "año;distrito\n2025;Ñahuimpuquio\n".encode() * 2000, "text/csv"),
        ("rows.csv", "año;distrito\n2025;Ñahuimpuquio\n".encode("cp1252"), "text/csv"),
        ("rows.xlsx", workbook(), EXCEL),
        ("letter.docx", letter(), WORD),
    ],
)
def test_what_is_taken_is_known_by_its_content(cast: Cast, name: str, content: bytes, kind: str) -> None:
    kept = evidence(cast.monitor, name, content)
    assert (kept.name, kept.media_type) == (name, kind)
    stored = kept.file.read()
    assert kept.size == len(stored)
    assert kept.sha256 == hashlib.sha256(stored).hexdigest()
    assert name.lower() not in str(kept.file.name).lower()
    if kind in {"text/csv", "application/pdf"}:
        assert stored == content


def test_a_long_table_is_taken_wherever_its_letters_fall(cast: Cast) -> None:
    """The look at its beginning may end in the middle of a letter."""
    for shift in range(4):
        assert refusal(cast.monitor, "rows.csv", b"a,b\n" + b"x" * shift + "ñandú,€\n".encode() * 5000) == ""


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.pdf", b"", "empty_file"),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "file_kind"),
        ("picture.svg", b'<?xml version="1.0"?><svg onload="x,y"/>', "file_kind"),
        ("page.html", b"<!doctype html><p>Hello, world</p>", "file_kind"),
        ("page.html", b"  \n<html>,</html>", "file_kind"),
        ("run.exe", b"MZ\x90\x00,\x03", "file_kind"),
        ("macros.xlsm", archive("xl/workbook.xml", "xl/vbaProject.bin"), "file_kind"),
        ("macros.docm", archive("word/document.xml", "word/vbaProject.bin"), "file_kind"),
        ("letter.docx", archive("word/document.xml"), "damaged_document"),
        ("letter.xlsx", archive("word/document.xml"), "not_what_its_name_says"),
        ("receipt.pdf", b"%PDF-1.7\nnothing of the kind", "damaged_document"),
        ("broken.xlsx", b"PK\x03\x04 nothing of the kind", "file_kind"),
        ("rows.csv", "a;b\nMañana;ñ".encode("utf-16"), "file_kind"),
        ("notes.txt", b"no separator here", "file_kind"),
        ("photo.jpg", picture()[:200], "damaged_picture"),
        ("photo.jpg", b"\xff\xd8\xff and nothing else", "damaged_picture"),
        ("scan.png", b"\x89PNG\r\n\x1a\n", "damaged_picture"),
        ("receipt.pdf", picture("PNG"), "not_what_its_name_says"),
        ("photo.jpg", picture("PNG"), "not_what_its_name_says"),
        ("photo.png", PDF, "not_what_its_name_says"),
        ("receipt.pdf", b"year,amount\n2025,10\n", "not_what_its_name_says"),
        ("rows.xlsx", b"year,amount\n2025,10\n", "not_what_its_name_says"),
        ("page.html", b"Hello, <script>alert(1)</script>", "not_what_its_name_says"),
        ("picture.svg", b"x,y\n1,2\n", "not_what_its_name_says"),
        ("receipt", PDF, "not_what_its_name_says"),
    ],
)
def test_what_is_not_taken_is_refused_by_name(cast: Cast, name: str, content: bytes, code: str) -> None:
    assert refusal(cast.monitor, name, content) == code
    assert not Evidence.objects.exists()


def test_more_than_10_megabytes_are_refused(cast: Cast) -> None:
    class Large(SimpleUploadedFile):
        def read(self, *_size: Any) -> bytes:
            raise AssertionError("it was read")

    upload = Large("large.pdf", PDF)
    upload.size = LARGEST + 1
    with pytest.raises(ValidationError) as refused:
        keep_evidence(actor=cast.monitor, upload=upload)
    assert refused.value.code == "file_too_large"


def test_a_picture_of_too_many_points_is_refused(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    assert refusal(cast.monitor, "bomb.png", out.getvalue()) == "pixels"


@pytest.mark.promise("files")
def test_a_photo_loses_place_device_and_words_but_keeps_its_upright(cast: Cast) -> None:
    photo = photo_by_rosa()
    assert photo.count(b"Rosa") == 3
    kept = evidence(cast.monitor, "photo.jpg", photo).file.read()
    assert b"Rosa" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert dict(shown.getexif()) == {}
        assert shown.size == (8, 12)


def test_a_drawing_loses_what_was_written_beside_it(cast: Cast) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Rosa"
    photo = picture("PNG", exif=exif, pnginfo=noted_by_rosa()) + b"behind the end: Rosa"
    assert photo.count(b"Rosa") == 4
    assert b"Rosa" not in evidence(cast.monitor, "scan.png", photo).file.read()


@pytest.mark.promise("files")
def test_a_pdf_loses_author_tools_and_signature_and_keeps_what_it_says(cast: Cast) -> None:
    assert words_in(report()).count(b"Rosa") >= 7
    kept = evidence(cast.monitor, "report.pdf", report())
    stored = kept.file.read()
    words = words_in(stored)
    assert b"Rosa" not in words
    assert b"We got 5" in words
    assert b"pikepdf" not in words
    with pikepdf.open(io.BytesIO(stored)) as opened:
        photo: Any = opened.pages[0].obj.Resources.XObject.Photo
        assert pikepdf.PdfImage(photo).as_pil_image().size == (12, 8)
    assert kept.sha256 == hashlib.sha256(stored).hexdigest()


def test_an_earlier_version_inside_a_pdf_goes(cast: Cast) -> None:
    """Programs append what changed; what the author took out stands there still."""
    later = (
        PDF[: PDF.rindex(b"startxref")]
        + b"9 0 obj\n(Rosa Quispe, 984 111 222)\nendobj\n"
        + PDF[PDF.rindex(b"startxref") :]
    )
    assert b"984 111 222" not in evidence(cast.monitor, "report.pdf", later).file.read()


@pytest.mark.parametrize(
    ("content", "code"), [(report(password="secret"), "locked"), (report(attached=True), "active_content")]
)
def test_a_locked_pdf_and_one_with_files_inside_are_refused(cast: Cast, content: bytes, code: str) -> None:
    assert refusal(cast.monitor, "report.pdf", content) == code


def test_a_letter_loses_author_tools_and_places_and_keeps_what_it_says(cast: Cast) -> None:
    before = unpacked(letter())
    after = unpacked(evidence(cast.monitor, "letter.docx", letter()).file.read())
    assert list(after) == list(before)
    assert sum(b"Rosa" in part for part in before.values()) == 8
    assert [name for name, part in after.items() if b"Rosa" in part] == []
    assert b"We got 5" in after["word/document.xml"]
    for name in ("word/media/image1.jpeg", "word/media/image2.png"):
        with Image.open(io.BytesIO(before[name])) as was, Image.open(io.BytesIO(after[name])) as shown:
            assert shown.tobytes() == was.tobytes()


def test_a_workbook_loses_author_and_folder_and_keeps_its_cells(cast: Cast) -> None:
    book, out = Workbook(), io.BytesIO()
    sheet: Any = book.active
    book.properties.creator = "Rosa"
    sheet["A1"] = 5
    sheet["A1"].comment = Comment("We got 5", "Rosa")
    book.save(out)
    parts = unpacked(out.getvalue())
    folder = b'<x:absPath xmlns:x="urn:x" url="C:/Rosa/"/></workbook>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"</workbook>", folder)
    assert sum(b"Rosa" in part for part in parts.values()) == 3
    stored = evidence(cast.monitor, "rows.xlsx", packed(parts)).file.read()
    assert [name for name, part in unpacked(stored).items() if b"Rosa" in part] == []
    kept: Any = load_workbook(io.BytesIO(stored)).active
    cell = kept["A1"]
    assert (cell.value, cell.comment.text) == (5, "We got 5")


def linked(kind: str) -> bytes:
    """The list of what a letter takes from elsewhere, with one entry."""
    target = f'Target="file:///C:/Rosa/x" TargetMode="External" Type="{OFFICE}/relationships/{kind}"'
    return f"<Relationships><Relationship {target}/></Relationships>".encode()


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("word/_rels/settings.xml.rels", linked("attachedTemplate"), "active_content"),
        ("word/_rels/document.xml.rels", linked("image"), "active_content"),
        ("word/_rels/document.xml.rels", linked("hyperlink"), ""),
        ("word/embeddings/oleObject1.bin", b"x", "active_content"),
        ("word/activeX/activeX1.xml", b"<x/>", "active_content"),
        ("word/afchunk.dat", b"x", "active_content"),
    ],
)
def test_a_letter_that_reaches_for_other_files_is_refused_and_a_link_is_not(
    cast: Cast, part: str, content: bytes, code: str
) -> None:
    assert refusal(cast.monitor, "letter.docx", letter(**{part: content})) == code


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("xl/activeX/activeX1.xml", "active_content"),
        ("xl/embeddings/oleObject1.bin", "active_content"),
        ("xl/externalLinks/externalLink1.xml", "active_content"),
        ("xl/macrosheets/sheet1.xml", "active_content"),
        ("xl/media/image9.txt", ""),
    ],
)
def test_a_workbook_with_parts_that_do_something_is_refused_and_one_with_others_is_not(
    cast: Cast, part: str, code: str
) -> None:
    parts = unpacked(workbook()) | {part: b"<x/>"}
    assert refusal(cast.monitor, "rows.xlsx", packed(parts)) == code


def test_the_original_is_kept_only_where_somebody_asks_for_it(cast: Cast) -> None:
    upload = SimpleUploadedFile("report.pdf", report())
    assert not keep_evidence(actor=cast.monitor, upload=upload).original
    upload.seek(0)
    kept = keep_evidence(actor=cast.monitor, upload=upload, with_original=True)
    assert b"Rosa" in words_in(kept.original.read())
    assert b"Rosa" not in words_in(kept.file.read())
    assert not keep_evidence(actor=cast.monitor, upload=SimpleUploadedFile("a.pdf", PDF), with_original=True).original


def test_damaged_files_are_refused_in_words_and_break_nothing(cast: Cast) -> None:
    """Three hundred files, each with a few bytes that are not what they were."""
    dice = random.Random(7)
    samples = {
        "a.png": picture("PNG"),
        "a.jpg": picture(),
        "a.xlsx": workbook(),
        "a.docx": letter(),
        "a.pdf": report(),
    }
    for number in range(300):
        name = sorted(samples)[number % 5]
        content = bytearray(samples[name])
        for _change in range(dice.randint(1, 8)):
            content[dice.randrange(len(content))] = dice.randrange(256)
        refusal(cast.monitor, name, bytes(content[: dice.choice([None, len(content) // 2])]))


# In the form


def test_a_good_file_stays_when_the_form_has_another_error(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    page = f"/en/work/projects/{mine.project.slug}/phases/add/"
    answer = client.post(
        page,
        WORDS
        | {
            "starts_on": "31/11/2018",
            "source-uploads": [SimpleUploadedFile("good.pdf", PDF), SimpleUploadedFile("bad.svg", b"<svg/>")],
        },
    )
    assert answer.status_code == 200
    good = Evidence.objects.get(name="good.pdf")
    shown = answer.content.decode()
    assert f'name="source-kept" value="{good.pk}"' in shown
    assert "good.pdf" in shown
    assert [error.code for error in answer.context["source"].errors["uploads"].as_data()] == ["file_kind"]
    assert client.post(page, WORDS | {"starts_on": "2018-11-30", "source-kept": good.pk}).status_code == 302
    assert list(PhasePeriod.objects.get(phase="exploration").source.evidence.all()) == [good]


def test_nobody_takes_a_file_that_a_colleague_kept(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    theirs = evidence(cast.stranger)
    page = f"/en/work/projects/{mine.project.slug}/phases/add/"
    client.post(page, WORDS | {"starts_on": "2018-11-30", "source-kept": f"{theirs.pk},{mine.evidence.pk}"})
    assert PhasePeriod.objects.get(phase="exploration").source.evidence.count() == 0


# Handing out


def test_a_file_is_a_download_that_no_browser_runs(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    answer = client.get(f"/en/work/evidence/{mine.evidence.pk}/")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="receipt.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert {"sandbox", "default-src 'none'"} <= set(answer["Content-Security-Policy"].split("; "))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"


def test_a_file_that_the_disk_has_lost_is_not_found_and_said_in_the_log(
    client: Client, cast: Cast, mine: Mine, caplog: pytest.LogCaptureFixture
) -> None:
    client.force_login(cast.monitor)
    mine.evidence.file.delete(save=False)
    assert client.get(f"/en/work/evidence/{mine.evidence.pk}/").status_code == 404
    assert f"the file of evidence {mine.evidence.pk} is not on the disk" in caplog.text


def test_a_name_breaks_no_header(client: Client, cast: Cast) -> None:
    """Not even one that was kept before line breaks were refused."""
    client.force_login(cast.monitor)
    name = 'a"\r\nSet-Cookie: x=1; ñ.pdf'
    assert refusal(cast.monitor, name, PDF)
    kept = evidence(cast.monitor)
    Evidence.objects.filter(pk=kept.pk).update(name=name)
    answer = client.get(f"/en/work/evidence/{kept.pk}/")
    assert answer.status_code == 200
    assert "x" not in answer.cookies


@pytest.mark.parametrize(
    ("who", "status"),
    [("colleague", 200), ("reviewer", 200), ("auditor", 200), ("operator", 200), ("stranger", 404), ("nobody", 403)],
)
@pytest.mark.promise("files")
def test_a_file_goes_to_whoever_sees_the_record(client: Client, cast: Cast, mine: Mine, who: str, status: int) -> None:
    client.force_login(cast[who])
    assert client.get(f"/en/work/evidence/{mine.evidence.pk}/").status_code == status


def test_a_file_of_no_record_is_there_for_its_uploader_alone(client: Client, cast: Cast) -> None:
    kept = evidence(cast.monitor)
    for who, status in (("monitor", 200), ("colleague", 404), ("administrator", 404)):
        client.force_login(cast[who])
        assert client.get(f"/en/work/evidence/{kept.pk}/").status_code == status

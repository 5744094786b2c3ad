"""Files are kept whole or not at all."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from accounts.storage import WholeFiles


class OnAFullDisk(ContentFile[bytes]):
    """A file whose second half finds no room."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"the first half"
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_for_which_there_is_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    storage = WholeFiles(location=tmp_path)
    with pytest.raises(OSError, match="No space left"):
        storage.save("imports/f3952d2c", OnAFullDisk(b"all of it"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_file_for_which_there_is_room_is_kept_as_it_is(tmp_path: Path) -> None:
    name = WholeFiles(location=tmp_path).save("imports/f3952d2c", ContentFile(b"all of it"))
    assert (tmp_path / name).read_bytes() == b"all of it"

"""One spelling for everything that is sealed, so that the same facts always have the same fingerprint.

Keys are sorted, text is NFC, dates are ISO 8601, decimals are strings without trailing zeros (0.6 and 0.600
are one number), and a float is refused: it would say something else than what was recorded.
"""

import dataclasses
import hashlib
import json
import types
import typing
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

ZERO = Decimal(0)

EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow])
"""The arithmetic of the judgement, whatever the arithmetic of the thread that calls it."""

_DUST = Decimal("1e-20")


def settle(number: Decimal) -> Decimal:
    """Keep twenty decimals of a quotient, so that three thirds are one and not 0.999….

    This is no rounding for display: a real difference between two records is never smaller than that.
    """
    return number.quantize(_DUST, ROUND_HALF_UP, EXACT)


def spell(number: Decimal) -> str:
    """Spell a decimal in its shortest plain form: 0.600 is "0.6", 1E+3 is "1000", -0 is "0"."""
    if not number.is_finite():
        raise ValueError(f"{number} is not a number that can be sealed")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def plain(obj: object) -> Any:
    """Turn dataclasses, mappings, sequences, decimals and dates into plain JSON, or refuse with a reason."""
    kind: Any = type(obj)
    if kind is str or obj is None or kind is bool or kind is int:  # most of everything
        return _nfc(typing.cast(str, obj)) if kind is str else obj
    speller = _SPELLERS.get(kind)
    if speller is not None:
        return speller(obj)
    if dataclasses.is_dataclass(obj):
        return _plain_fields(obj, kind)
    return _plain_rare(obj)


def _plain_fields(obj: object, kind: Any) -> dict[str, Any]:
    spelled = {name: plain(getattr(obj, name)) for name in _field_names(kind)}
    for name, default in _added_fields(kind):
        if getattr(obj, name) == default:
            del spelled[name]
    return spelled


def added(default: Any) -> Any:
    """A field that is younger than what was sealed without it: it is not spelled where it says its default.

    So whatever was sealed before keeps its bytes and its fingerprint, and reads as the default.
    """
    return dataclasses.field(default=default, metadata={"added": True})


def _plain_sequence(sequence: Iterable[object]) -> list[Any]:
    return [plain(item) for item in sequence]


def _plain_rare(obj: object) -> Any:
    if isinstance(obj, Mapping):
        return _plain_mapping(obj)
    if isinstance(obj, list | tuple):
        return _plain_sequence(obj)
    if isinstance(obj, datetime):
        return _moment(obj)
    if isinstance(obj, str):  # a choice of an enumeration, a lazy subclass
        return _nfc(str(obj))
    raise TypeError(f"{type(obj).__name__} cannot be sealed: {obj!r}")


def _plain_mapping(mapping: Mapping[Any, object]) -> dict[str, Any]:
    sealed: dict[str, Any] = {}
    for key, item in mapping.items():
        if not isinstance(key, str):
            raise TypeError(f"a key must be text, not {key!r}")
        name = _nfc(key)
        if name in sealed:
            raise ValueError(f"two keys are spelled {name!r}")
        sealed[name] = plain(item)
    return sealed


def _moment(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _nfc(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


_SPELLERS: dict[type, Callable[[Any], Any]] = {
    Decimal: spell,
    date: date.isoformat,
    tuple: _plain_sequence,
    list: _plain_sequence,
    dict: _plain_mapping,
}
"""How the usual types are spelled; anything else takes the longer way."""


@cache
def _field_names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


@cache
def _added_fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in dataclasses.fields(kind) if field.metadata.get("added"))


def dumps(obj: object) -> str:
    """Write the one canonical JSON text of an object."""
    return _written(plain(obj))


def dumps_plain(obj: Any) -> str:
    """Write the canonical text of what is plain JSON already, such as a judgement's, without spelling it again.

    Text that is not NFC is spelled after all: parts of an NFC text are NFC.
    """
    text = _written(obj)
    return text if unicodedata.is_normalized("NFC", text) else dumps(obj)


def _written(spelled: Any) -> str:
    return json.dumps(spelled, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(obj: object) -> str:
    """SHA-256 of the canonical JSON text, in hexadecimal."""
    return fingerprint(dumps(obj))


def fingerprint(text: str) -> str:
    """SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def read(kind: type[T], data: object, where: str = "") -> T:
    """Build a dataclass from plain JSON or YAML, and say where something is missing, unknown or wrong."""
    where = where or kind.__name__
    if not isinstance(data, Mapping):
        raise ValueError(f"{where}: expected named values, found {data!r}")
    hints = _hints(typing.cast(Any, kind))
    if strangers := sorted(str(key) for key in data if key not in hints):
        raise ValueError(f"{where}: unknown {', '.join(strangers)}")
    values = {name: _value(hints[name], data[name], f"{where}.{name}") for name in hints if name in data}
    if absent := sorted(_required(typing.cast(Any, kind)) - values.keys()):
        raise ValueError(f"{where}: missing {', '.join(absent)}")
    try:
        return kind(**values)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    return {name: hints[name] for name in _field_names(kind)}


@cache
def _required(kind: Any) -> frozenset[str]:
    return frozenset(
        field.name
        for field in dataclasses.fields(kind)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )


def _value(hint: Any, data: object, where: str) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType or origin is typing.Union:
        if data is None:
            return None
        return _value(next(option for option in inner if option is not type(None)), data, where)
    if origin is tuple:
        if not isinstance(data, list | tuple):
            raise ValueError(f"{where}: expected a list, found {data!r}")
        return tuple(_value(inner[0], item, f"{where}[{index}]") for index, item in enumerate(data))
    if origin is Mapping:
        if not isinstance(data, Mapping):
            raise ValueError(f"{where}: expected named values, found {data!r}")
        return {str(key): _value(inner[1], item, f"{where}.{key}") for key, item in data.items()}
    if dataclasses.is_dataclass(hint):
        return data if isinstance(data, typing.cast(type, hint)) else read(typing.cast(type, hint), data, where)
    return _scalar(hint, data, where)


def _scalar(kind: Any, data: object, where: str) -> Any:
    try:
        if kind is str and isinstance(data, str):
            return _nfc(data)
        if kind is Decimal and isinstance(data, str | int | Decimal) and not isinstance(data, bool):
            return _finite(Decimal(data))
        if kind is date and isinstance(data, str):
            return date.fromisoformat(data)
        if kind is date and type(data) is date:
            return data
        if kind is bool and (isinstance(data, bool) or data in ("true", "false")):
            return data in (True, "true")
        if kind is int and isinstance(data, str | int) and not isinstance(data, bool):
            return int(data)
    except (ValueError, InvalidOperation) as error:
        raise ValueError(f"{where}: {data!r} is not a {kind.__name__}") from error
    raise ValueError(f"{where}: {data!r} is not a {kind.__name__}")


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise ValueError(f"{number} is not finite")
    return number

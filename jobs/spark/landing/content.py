"""The text of a landed file: decompressed and decoded as declared; no letter is ever replaced."""

import bz2
import codecs
import gzip
import re
import zlib

#: The line ends of text files; each file may mix them.
LINE_END = re.compile(r"\r\n|\r|\n")
#: What is no text: control characters other than tab and line ends, halves of surrogate pairs, byte-order marks, and
#: U+FFFD for a lost letter.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffd]")
_FOREIGN = (
    (b"\x1f\x8b", "is compressed with gzip; give it the extension .gz"),
    (b"BZh", "is compressed with bzip2; give it the extension .bz2"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd; land it without compression or with gzip"),
    (b"\xd0\xcf\x11\xe0", "is an Excel workbook; export the sheet as a text file"),
    (b"PAR1", "is a Parquet file; declare Parquet()"),
    (b"%PDF", "is a PDF document; land the data themselves"),
)
_EXTENSIONS = {".gz": gzip.decompress, ".bz2": bz2.decompress}
#: Extensions of compression that Hadoop knows and that are not read here.
_UNREAD = (".zip", ".xlsx", ".zst", ".lz4", ".snappy", ".deflate", ".xz")


class UnreadableFileError(Exception):
    """A file that cannot be read; the message continues the path of the file to a sentence."""


def text_of(path: str, content: bytes, encoding: str, remedy: str) -> str:
    """The text of a file, decompressed as its extension says, without a byte-order mark.

    Raises UnreadableFileError with the remedy, in which `{encoding}` is another one, when it is not in the encoding.
    """
    plain = _decompressed(path, content)
    _require_text(plain)
    name = codecs.lookup(encoding).name
    other = _other_encoding(plain, name)
    if other:
        raise UnreadableFileError(f"is {other.upper()}, not {encoding.upper()}; {remedy.format(encoding=other)}")
    try:
        return plain.decode("utf-8-sig" if name == "utf-8" else name)
    except UnicodeDecodeError as error:
        where = _place(error)
        raise UnreadableFileError(
            f"is not {encoding.upper()} at {where}; {remedy.format(encoding='windows-1252')}"
        ) from error


def _decompressed(path: str, content: bytes) -> bytes:
    name = path.rsplit("/", 1)[-1].lower()
    for extension, decompress in _EXTENSIONS.items():
        if name.endswith(extension):
            try:
                return decompress(content)
            except (OSError, EOFError, ValueError, zlib.error) as error:
                raise UnreadableFileError(f"is no whole {extension} file ({error}); land it again") from error
    if name.endswith(_UNREAD):
        raise UnreadableFileError(f"has an extension that is not read; allowed are {[*_EXTENSIONS]} and plain text")
    return content


def _require_text(content: bytes) -> None:
    for start, what in _FOREIGN:
        if content.startswith(start):
            raise UnreadableFileError(what)
    if content.startswith(b"PK\x03\x04"):
        is_workbook = b"[Content_Types].xml" in content or b"xl/" in content
        what = "is an Excel workbook; export the sheet as a text file" if is_workbook else "is a zip archive; unpack it"
        raise UnreadableFileError(what)


def _other_encoding(content: bytes, name: str) -> str | None:
    """The encoding of a file that would be decoded without an error, and yet to other letters."""
    if not name.startswith("utf-8"):
        return "utf-8" if _is_single_byte(name) and not content.isascii() and _is_utf8(content) else None
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if content.startswith(mark):
            return "utf-16"
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        sample = content[first:400:2]
        # The letters of English have a zero byte each.
        if len(sample) > 1 and sample.count(0) > len(sample) // 2:
            return encoding
    return None


def _is_single_byte(name: str) -> bool:
    every = bytes(range(256))
    return len(every.decode(name, "replace")) == len(every)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _place(error: UnicodeDecodeError) -> str:
    # The codec cuts off a byte-order mark, which it also writes before an empty text.
    lines = LINE_END.split(error.object[: error.start].decode(error.encoding, "ignore"))
    byte = len(lines[-1].encode(error.encoding)) - len("".encode(error.encoding)) + 1
    return f"byte {byte} of line {len(lines)} (0x{error.object[error.start]:02X})"

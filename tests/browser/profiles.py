"""The folder of a closed browser, searched for what was typed: also within what the browser has packed."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import brotli

MOZ_LZ4 = b"mozLz40\0"
GZIP = b"\x1f\x8b\x08"
# How a file of Chromium's cache begins. A version, the length of the address, its hash and the address follow, then the page as sent.
CHROMIUM_CACHE = struct.pack("<Q", 0xFCFB6D1BA7725C30)


def files_with(folder: Path, text: str) -> list[Path]:
    """The files under `folder` that hold the text, in UTF-8 or UTF-16, packed or not."""
    wanted = (text.encode(), text.encode("utf-16-le"))
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and any(word in part for part in _parts(path) for word in wanted)]


def _parts(path: Path) -> Iterator[bytes]:
    try:
        content = path.read_bytes()
    except OSError:
        return  # A socket, or a file that went while we looked.
    yield content
    if content.startswith(MOZ_LZ4):
        yield unpack_lz4(content[len(MOZ_LZ4) + 4 :])
    if content.startswith(CHROMIUM_CACHE):
        yield unpack_brotli(content[24 + struct.unpack_from("<I", content, 12)[0] :])
    start = content.find(GZIP)
    while start >= 0:
        with suppress(zlib.error):  # Three bytes that only look like it.
            yield zlib.decompressobj(wbits=31).decompress(content[start:])
        start = content.find(GZIP, start + 1)


def unpack_brotli(content: bytes) -> bytes:
    """What `content` begins with, packed with Brotli; other things may come after it, and there may be nothing of the kind."""
    stream, unpacked = brotli.Decompressor(), b""
    with suppress(brotli.error):
        for start in range(0, len(content), 16):
            unpacked += stream.process(content[start : start + 16])
    return unpacked


def unpack_lz4(block: bytes) -> bytes:
    """What an LZ4 block holds (lz4_Block_format.md): Firefox packs its sessions so.

    Each sequence is literals, then a match: an offset back into what is there and a length. Lengths of 15 go on in further bytes.
    """
    unpacked = bytearray()
    at = 0

    def length(nibble: int) -> int:
        nonlocal at
        total = nibble
        while nibble == 15:
            total += block[at]
            at += 1
            if block[at - 1] != 255:
                break
        return total

    while at < len(block):
        token = block[at]
        at += 1
        literals = length(token >> 4)
        unpacked += block[at : at + literals]
        at += literals
        if at >= len(block):
            break
        offset = int.from_bytes(block[at : at + 2], "little")
        at += 2
        for _ in range(length(token & 15) + 4):
            unpacked.append(unpacked[-offset])
    return bytes(unpacked)

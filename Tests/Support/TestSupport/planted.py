#!/usr/bin/env python3
"""Writes a value down in many ways, and finds it in whatever way it is written down. Both by Python's own library only.

usage: planted.py plant            prints {"texts": {NAME: TEXT}, "pictures": {NAME: PNG IN BASE64}} and a few more
       planted.py hunt DIRECTORY   prints "FILE: HOW" for each file that gives the value away, and exits with 1 if any does

The value comes as a JSON string on the standard input.
"""

import base64
import gzip
import html
import json
import pathlib
import quopri
import re
import struct
import sys
import urllib.parse
import zlib

AROUND = "# a file of settings\nuser = somebody\n{}\n# that goes on for a while\nhost = example\n" * 3
LONGEST = 4 << 20
LARGE = 1 << 14
DEEPEST = 5


def plant(value):
    plain = value.encode()
    document = AROUND.format(*[f"word = {value}"] * 3)
    base = base64.b64encode(document.encode()).decode()
    texts = {
        "plain": document,
        "json": json.dumps({"word": value}, ensure_ascii=False),
        "json in json": json.dumps(json.dumps({"word": value})),
        "percent": "https://example.org/?word=" + urllib.parse.quote(value, safe=""),
        "percent twice": "https://example.org/?go=" + urllib.parse.quote(urllib.parse.quote(value, safe=""), safe=""),
        "form": urllib.parse.urlencode({"word": value}),
        "html": f"<b>{html.escape(value)}</b>",
        "html numbers": "".join(f"&#{ord(letter)};" for letter in value),
        "escaped bytes": "".join(f"\\x{byte:02x}" for byte in plain),
        "octal bytes": "".join(f"\\{byte:03o}" for byte in plain),
        "code points": "".join(f"\\u{{{ord(letter):x}}}" for letter in value),
        "mail": quopri.encodestring(document.encode(), quotetabs=True).decode(),
        "hex": plain.hex(),
        "hex in lines": "\n".join(re.findall(".{1,60}", document.encode().hex())),
        "hex with colons": plain.hex(":").upper(),
        "bytes of a program": ", ".join(f"0x{byte:02x}" for byte in plain),
        "base64": base,
        "base64 in lines": base64.encodebytes(document.encode()).decode(),
        "base64 in lines in json": json.dumps({"file": base64.encodebytes(document.encode()).decode()}),
        "base64 in json, slashes escaped": json.dumps({"file": base}).replace("/", "\\/"),
        "base64 in an address": "data:text/plain;base64," + urllib.parse.quote(base, safe=""),
        "base64 for addresses": base64.urlsafe_b64encode(plain).decode(),
        "base64 twice": base64.b64encode(base64.b64encode(plain)).decode(),
        "base64 of utf-16": base64.b64encode(value.encode("utf-16-le")).decode(),
        "base32": base64.b32encode(plain).decode(),
        "utf-16 le": value.encode("utf-16-le").decode(errors="replace"),
        "utf-16 be": value.encode("utf-16-be").decode(errors="replace"),
        "hex of utf-16": value.encode("utf-16-be").hex(),
        "gzip in base64": base64.b64encode(gzip.compress(document.encode(), mtime=0)).decode(),
        "gzip in base64 in lines": base64.encodebytes(gzip.compress(document.encode() * 4, 1, mtime=0)).decode(),
        "gzip in json": json.dumps({"file": base64.encodebytes(gzip.compress(document.encode(), mtime=0)).decode()}),
        "gzip in hex": gzip.compress(document.encode(), mtime=0).hex(),
        "half a gzip": base64.b64encode(gzip.compress((document * 40).encode(), mtime=0)).decode()[:400],
        "zlib in base64": base64.b64encode(zlib.compress(document.encode())).decode(),
        "zlib in hex": zlib.compress(document.encode(), 9).hex().upper(),
        "base64 in gzip": base64.b64encode(gzip.compress(base64.encodebytes(document.encode()), mtime=0)).decode(),
        "gzip in gzip": base64.b64encode(
            gzip.compress(base64.b64encode(gzip.compress(document.encode(), mtime=0)), mtime=0)
        ).decode(),
        "not compressed at all": gzip.compress(plain, 0, mtime=0).decode(errors="replace"),
    }
    # What a command writes is read as UTF-8; of what is compressed that leaves nothing to open.
    lost = {
        "gzip read as text": gzip.compress(document.encode(), mtime=0).decode(errors="replace"),
        "zlib read as text": zlib.compress(document.encode()).decode(errors="replace"),
    }
    pictures = {
        "text": picture((b"tEXt", b"Comment\0" + plain)),
        "compressed text": picture((b"zTXt", b"Comment\0\0" + zlib.compress(plain))),
        "international text": picture((b"iTXt", b"Comment\0\0\0\0\0" + plain)),
        "program's own": picture((b"prVt", value.encode("utf-16-le"))),
        "behind the end": picture() + plain,
        "no picture": plain,
    }
    return {
        "texts": texts,
        "lost": lost,
        "large": base64.b64encode(gzip.compress(bytes(3 << 20), mtime=0)).decode(),
        "harmless": base64.b64encode(gzip.compress(AROUND.encode(), mtime=0)).decode(),
        "pictures": {name: base64.b64encode(data).decode() for name, data in pictures.items()},
    }


def picture(*chunks):
    """A grey picture with further chunks behind its head."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0\x80\x80\x80\x80\x80\x80\x80\x80" * 8))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunk(*c) for c in chunks) + rows + chunk(b"IEND", b"")


def hunt(directory, value):
    found = False
    for file in sorted(pathlib.Path(directory).rglob("*")):
        if file.is_file():
            for way in sorted(set(ways(file.read_bytes(), value)))[:5]:
                print(f"{file.relative_to(directory)}: {way}")
                found = True
    return found


def ways(data, value):
    """How the value can be got out of some bytes, by one decoding after the other."""
    wanted = [value.encode(), value.encode("utf-16-le"), value.encode("utf-16-be")]
    # As it is after something read it as UTF-8.
    wanted += [form.decode(errors="replace").encode() for form in wanted]
    seen = set()
    left = [("plain", data)]
    while left:
        way, data = left.pop()
        if any(form in data for form in wanted):
            yield way
        if way.count(",") + 1 < DEEPEST:
            for name, inner in opened(data, is_written=way in ("plain", "json", "line, json")):
                if len(inner) >= 4 and hash(inner) not in seen:
                    seen.add(hash(inner))
                    left.append((name if way == "plain" else f"{way}, {name}", inner))


def opened(data, is_written):
    """What some bytes may be the code of."""
    for start in re.finditer(rb"\x1f\x8b\x08|x[\x01\x5e\x9c\xda]", data):
        yield "inflated", inflated(data[start.start() :], 47)
    if is_written and len(data) < 1 << 12:
        # Its head may be lost: whoever looks for something tries every place.
        for place in range(len(data)):
            yield "inflated", inflated(data[place:], -15)
    if b"\0" in data:
        yield "utf-16", data.replace(b"\0", b"")
    text = data.decode(errors="replace")
    for match in re.finditer(r'"((?:[^"\\]|\\.)*)"', text):
        if "\\" in match[1] or len(data) > LARGE:
            try:
                yield "json", json.loads(match[0], strict=False).encode(errors="replace")
            except ValueError:
                pass
    if len(data) > LARGE:
        # What is written as a whole is opened line by line, or it would never end.
        for line in data.splitlines():
            if len(line) < LARGE:
                yield "line", line
        return
    if "%" in text:
        yield "percent", urllib.parse.unquote_to_bytes(text)
        yield "percent", urllib.parse.unquote_to_bytes(text.replace("+", " "))
    if "+" in text:
        yield "form", text.replace("+", " ").encode()
    if "&" in text:
        yield "html", html.unescape(text).encode(errors="replace")
    if "=" in text:
        yield "mail", quopri.decodestring(data)
    if "\\" in text:
        yield "bytes", re.sub(rb"\\x([0-9a-fA-F]{2})", lambda m: bytes.fromhex(m[1].decode()), data)
        yield "bytes", re.sub(rb"\\([0-3][0-7]{2})", lambda m: bytes([int(m[1], 8)]), data)
        yield "points", re.sub(r"\\u\{([0-9a-fA-F]{1,5})\}", lambda m: chr(int(m[1], 16)), text).encode(errors="replace")
        yield "shell", text.replace("\\", "").encode()
    # Line feeds may be written as in JSON.
    smooth = re.sub(r"(?:\\+[nr]|\s)+", "", text.replace("\\/", "/"))
    for match in re.finditer(r"[A-Za-z0-9+/_-]{6,}", smooth):
        letters = match[0].replace("-", "+").replace("_", "/")
        for start in range(4):
            part = letters[start:]
            yield "base64", base64.b64decode(part + "A" * (-len(part) % 4))
    for match in re.finditer(r"[A-Z2-7]{8,}", smooth.upper()):
        for start in range(8):
            part = match[0][start:]
            yield "base32", base64.b32decode(part + "A" * (-len(part) % 8))
    for match in re.finditer(r"(?:(?:0x|\\x)?[0-9a-fA-F]{2}(?:\\n|[\s:,-])*){4,}", text):
        digits = re.sub(r"0x|\\[xnr]|[\s:,-]", "", match[0])
        for start in range(2):
            part = digits[start:]
            yield "hex", bytes.fromhex(part[: len(part) // 2 * 2])


def inflated(data, bits):
    try:
        return zlib.decompressobj(bits).decompress(data, LONGEST)
    except zlib.error:
        # As far as it goes.
        return piecewise(data, bits)


def piecewise(data, bits):
    engine, result = zlib.decompressobj(bits), b""
    try:
        for index in range(min(len(data), 1 << 12)):
            result += engine.decompress(data[index : index + 1], LONGEST)
    except zlib.error:
        pass
    return result


def main():
    value = json.load(sys.stdin)
    if sys.argv[1:] == ["plant"]:
        json.dump(plant(value), sys.stdout)
        return 0
    if len(sys.argv) == 3 and sys.argv[1] == "hunt":
        return 1 if hunt(sys.argv[2], value) else 0
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())

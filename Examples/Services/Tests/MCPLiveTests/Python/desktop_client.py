"""What the scripts beside this one share: the way to the server, and what must be true of each answer."""
import base64
import os
import struct
import sys
import zlib
from contextlib import asynccontextmanager

from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client


def transport():
    kind, *rest = sys.argv[2:]
    if kind == "stdio":
        return StdioServerParameters(command=rest[0], args=rest[1:], env=dict(os.environ))
    headers = {"Authorization": f"Bearer {rest[1]}"}
    return streamable_http_client(rest[0], http_client=create_mcp_http_client(headers=headers))


def picture(result):
    """The size of the one picture in a result, which must be a whole PNG."""
    [image] = [part for part in result.content if part.type == "image"]
    png = base64.b64decode(image.data, validate=True)
    assert png[:8] == b"\x89PNG\r\n\x1a\n", png[:8]
    at, pixels, size = 8, b"", None
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + data), name
        if name == b"IHDR":
            size = struct.unpack(">II", data[:8])
        if name == b"IDAT":
            pixels += data
        at += 12 + length
    assert len(zlib.decompress(pixels)) >= size[0] * size[1] * 3, "the pixels are not all there"
    assert len(set(zlib.decompress(pixels))) > 8, "the picture is empty"
    return size, png


@asynccontextmanager
async def connected():
    """A client, a function that calls a tool, and what was told of progress meanwhile."""
    async with Client(transport(), mode=sys.argv[1]) as client:
        told = []

        async def call(tool, fails=False, **arguments):
            async def progress(done, total, message):
                told.append((tool, done, message))

            # The client itself checks structures against the schemas that the server gave.
            result = await client.call_tool(tool, arguments, progress_callback=progress)
            text = " ".join(part.text for part in result.content if part.type == "text")
            assert bool(result.is_error) == fails, (tool, text)
            return text if fails else result

        yield client, call, told

"""Owns desktops through the server, by the protocol's own client. Ends with 0 if all was as it should be.

Usage: owns_desktops.py legacy|2026-07-28 stdio PROGRAM [ARGUMENT...]
       owns_desktops.py legacy|2026-07-28 http URL TOKEN
"""
import base64
import json
import os

import anyio
from desktop_client import connected, picture


async def main():
    async with connected() as (client, call, told):
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert len(tools) == 13, sorted(tools)
        assert tools["desktop_screenshot"].annotations.read_only_hint
        assert tools["desktop_destroy"].annotations.destructive_hint

        made = await call("desktop_create", width=1024, height=768)
        desktop = made.structured_content["desktops"][0]["desktop"]
        size, _ = picture(await call("desktop_screenshot", desktop=desktop))
        assert size == (1024, 768), size
        size, _ = picture(
            await call("desktop_screenshot", desktop=desktop, region={"x": 10, "y": 20, "width": 300, "height": 200})
        )
        assert size == (300, 200), size

        hello = await call("desktop_exec", desktop=desktop, command=["sh", "-c", "cat; echo oops >&2; exit 3"], stdin="hé")
        assert hello.structured_content["stdout"] == "hé", hello
        assert hello.structured_content["stderr"] == "oops\n"
        assert hello.structured_content["exit_code"] == 3
        assert "not instructions" in hello.content[-1].text

        contents = bytes(range(256)) * 3000
        await call("desktop_write_file", desktop=desktop, path="/tmp/bytes", base64=base64.b64encode(contents).decode())
        read = await call("desktop_read_file", desktop=desktop, path="/tmp/bytes", most_bytes=1 << 20)
        assert base64.b64decode(read.structured_content["base64"]) == contents
        await call("desktop_write_file", desktop=desktop, path="/home/user/note.txt", text="grüße\n")
        read = await call("desktop_read_file", desktop=desktop, path="/home/user/note.txt")
        assert read.structured_content["text"] == "grüße\n"

        # By hand: a menu opens, the picture changes, and what is typed into a terminal is done.
        _, before = picture(await call("desktop_screenshot", desktop=desktop))
        _, after = picture(
            await call("desktop_act", desktop=desktop, actions=[{"type": "click", "x": 500, "y": 400, "button": "right"}])
        )
        assert before != after, "the click changed nothing"
        await call("desktop_act", desktop=desktop, actions=[{"type": "key", "keys": "Escape"}], screenshot=False)
        # A terminal shows itself when it is ready, and then still needs a moment for its shell.
        opened = await call("desktop_act", desktop=desktop, actions=[{"type": "key", "keys": "ctrl+alt+t"}])
        for _ in range(30):
            typed = [{"type": "type", "text": "echo typed > /tmp/typed\n"}, {"type": "wait", "seconds": 0.5}]
            opened = await call("desktop_act", desktop=desktop, actions=typed)
            read = await client.call_tool("desktop_read_file", {"desktop": desktop, "path": "/tmp/typed"})
            if not read.is_error and read.structured_content["text"]:
                break
        assert not read.is_error and read.structured_content["text"] == "typed\n", read
        assert picture(opened)[0] == (1024, 768)
        if keep := os.environ.get("GODHAND_KEEP_PICTURE"):
            open(keep, "wb").write(picture(opened)[1])

        elements = (await call("desktop_elements", desktop=desktop)).structured_content["elements"]
        assert isinstance(elements, list)

        # What fails says why, in words that help.
        assert "outside the screen" in await call(
            "desktop_act", fails=True, desktop=desktop, actions=[{"type": "click", "x": 5000, "y": 5}]
        )
        assert "'y'" in await call("desktop_act", fails=True, desktop=desktop, actions=[{"type": "click", "x": 5}])
        assert "not there" in await call("desktop_read_file", fails=True, desktop=desktop, path="/no/such")
        assert "absolute" in await call("desktop_read_file", fails=True, desktop=desktop, path="relative")
        assert "desktop_list" in await call("desktop_screenshot", fails=True, desktop="nonsense")
        assert "must be" in await call("desktop_create", fails=True, width=1)
        assert "memory" in await call("desktop_snapshot", fails=True, desktop=desktop, preserving="memory")
        assert "did not" in (text := await call(
            "desktop_exec", fails=True, desktop=desktop, command=["sleep", "100"], timeout_seconds=1
        )) or "deadline" in text, text

        # A stored point in time, and what comes of it.
        stored = (await call("desktop_snapshot", desktop=desktop, preserving="filesystem")).structured_content["snapshot"]
        await call("desktop_exec", desktop=desktop, command=["rm", "/home/user/note.txt"])
        back = (await call("desktop_restore", snapshot=stored)).structured_content["desktops"][0]
        read = await call("desktop_read_file", desktop=back["desktop"], path="/home/user/note.txt")
        assert read.structured_content["text"] == "grüße\n"
        assert back["origin"] == desktop
        forks = (
            await call("desktop_fork", desktop=back["desktop"], preserving="filesystem", count=2)
        ).structured_content["desktops"]
        assert len(forks) == 2
        assert "4 desktops" in await call("desktop_create", fails=True)
        listed = (await call("desktop_list")).structured_content
        assert len(listed["desktops"]) == 4 and len(listed["snapshots"]) == 1, listed
        size, png = picture(await call("desktop_screenshot", desktop=forks[1]["desktop"]))
        assert size == (1024, 768)
        await call("desktop_destroy", desktop=forks[0]["desktop"])
        assert "any more" in await call("desktop_screenshot", fails=True, desktop=forks[0]["desktop"])
        await call("desktop_delete_snapshot", snapshot=stored)
        assert len((await call("desktop_list")).structured_content["desktops"]) == 3

        # A cancelled call is over, and the desktop goes on.
        with anyio.move_on_after(1):
            await client.call_tool("desktop_exec", {"desktop": desktop, "command": ["sleep", "73"]})
        gone = ["sh", "-c", "while pgrep -f '[s]leep 73'; do sleep 0.1; done"]
        await call("desktop_exec", desktop=desktop, command=gone, timeout_seconds=30)
        await call("desktop_exec", desktop=desktop, command=["sleep", "4"])
        assert [done for tool, done, _ in told if tool == "desktop_exec" and done > 0], told
        print(json.dumps({"version": client.protocol_version, "desktops": 3}))


anyio.run(main)

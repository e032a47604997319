"""Forks a virtual machine while a program runs in it, by the protocol's own client. Ends with 0 if all was as it should be.

Usage: forks_running.py legacy|2026-07-28 stdio PROGRAM [ARGUMENT...]
"""
import anyio
from desktop_client import connected, picture

# It keeps its number on no disk. Both ends of the pipe stay open: a reader that comes back before a writer has gone would
# find the end of it.
COUNTER = """
mkfifo /dev/shm/ask; exec 9<>/dev/shm/ask
while read x <&9; do n=$((n+1)); echo $n > /dev/shm/answer; done
"""
ASK = "rm -f /dev/shm/answer; echo > /dev/shm/ask; until [ -s /dev/shm/answer ]; do sleep 0.1; done; cat /dev/shm/answer"


async def main():
    async with connected() as (client, call, told):
        made = await call("desktop_create")
        desktop = made.structured_content["desktops"][0]["desktop"]

        async def shell(desktop, script):
            done = await call("desktop_exec", desktop=desktop, command=["sh", "-c", script], timeout_seconds=60)
            assert done.structured_content["exit_code"] == 0, done
            return done.structured_content["stdout"].strip()

        started = f"setsid sh -c '{COUNTER}' >/dev/null 2>&1 & until [ -p /dev/shm/ask ]; do sleep 0.1; done"
        await shell(desktop, started)
        assert await shell(desktop, ASK) == "1"
        forked = await call("desktop_fork", desktop=desktop, preserving="memory", count=2)
        forks = [fork["desktop"] for fork in forked.structured_content["desktops"]]
        for fork in forks:
            assert await shell(fork, ASK) == "2"
        assert await shell(forks[0], ASK) == "3"
        assert await shell(desktop, ASK) == "2"
        assert len({await shell(one, "cat /etc/machine-id") for one in [desktop, *forks]}) == 3
        assert picture(await call("desktop_screenshot", desktop=forks[1]))[0] == (1280, 800)
        stored = (await call("desktop_snapshot", desktop=forks[0], preserving="memory")).structured_content["snapshot"]
        await call("desktop_destroy", desktop=forks[0])
        back = (await call("desktop_restore", snapshot=stored)).structured_content["desktops"][0]
        assert await shell(back["desktop"], ASK) == "4"


anyio.run(main)

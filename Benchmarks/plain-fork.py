#!/usr/bin/env python3
"""How long a fork takes by QEMU's ordinary means: write a running machine into a file, start another from that file.

Usage: plain-fork.py PROCESS SNAPSHOT RUNS, with a running QEMU whose arguments are taken over, and the directory of a stored
machine of the same kind. Prints the median in milliseconds, until the other machine runs; a picture is not waited for.
"""
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time


class Machine:
    def __init__(self, arguments):
        ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(arguments, stdin=theirs)
        theirs.close()
        self.socket, self.lines = ours, ours.makefile("r")
        self.lines.readline()
        self.command("qmp_capabilities")
        # The stored state has the port in it by which the host talks to the guest.
        self.command("chardev-add", {"id": "guest", "backend": {"type": "null", "data": {}}})
        self.command("device_add", {
            "driver": "virtserialport", "id": "guest-port", "bus": "ports.0", "nr": 1, "chardev": "guest",
            "name": "dev.godhand.guest.0"})
        self.command("migrate-set-capabilities", {"capabilities": [{"capability": "events", "state": True}]})
        # As fast as it can: the default is a bound of 128 MiB a second.
        self.command("migrate-set-parameters", {"max-bandwidth": 1 << 40})

    def command(self, name, arguments=None, descriptor=None):
        message = json.dumps({"execute": name, "arguments": arguments or {}}).encode()
        socket.send_fds(self.socket, [message], [descriptor] if descriptor is not None else [])
        while True:
            answer = json.loads(self.lines.readline())
            if "error" in answer:
                raise RuntimeError(answer["error"]["desc"])
            if "return" in answer:
                return answer["return"]

    def migrate(self, command, path, flags):
        descriptor = os.open(path, flags, 0o600)
        self.command("getfd", {"fdname": "state"}, descriptor)
        os.close(descriptor)
        self.command(command, {"uri": "fd:state"})
        while True:
            event = json.loads(self.lines.readline())
            status = event.get("data", {}).get("status") if event.get("event") == "MIGRATION" else None
            if status == "completed":
                return
            if status == "failed":
                raise RuntimeError(f"{command} failed")

    def end(self):
        self.process.kill()
        self.process.wait()


def arguments(process, memory, disk):
    """The arguments of a running machine, with other memory and a topmost layer of its own."""
    with open(f"/proc/{process}/cmdline") as file:
        words = file.read().split("\0")[:-1]
    layers = [i for i, word in enumerate(words) if word.startswith("{") and '"driver":"file"' in word]
    top = json.loads(words[layers[-1]])
    shutil.copy(top["filename"], disk)
    words[layers[-1]] = json.dumps(top | {"filename": disk, "locking": "off"})
    for i, word in enumerate(words):
        if word.startswith("memory-backend-file,"):
            size = next(part for part in word.split(",") if part.startswith("size="))
            words[i] = f"memory-backend-file,id=ram0,{size},mem-path={memory},share=off" if memory else f"memory-backend-ram,id=ram0,{size}"
    return words


def main(process, snapshot, runs):
    with tempfile.TemporaryDirectory(prefix="plain-fork-", dir="/var/tmp") as directory:
        origin = Machine(arguments(process, f"{snapshot}/memory", f"{directory}/origin"))
        state, times = f"{directory}/state", []
        try:
            origin.migrate("migrate-incoming", f"{snapshot}/devices", os.O_RDONLY)
            origin.command("cont")
            for _ in range(runs):
                words = arguments(process, None, f"{directory}/fork")
                start = time.monotonic()
                origin.migrate("migrate", state, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                fork = Machine(words)
                try:
                    fork.migrate("migrate-incoming", state, os.O_RDONLY)
                    fork.command("cont")
                    times.append(time.monotonic() - start)
                finally:
                    fork.end()
                origin.command("cont")
        finally:
            origin.end()
        print(statistics.median(times) * 1000)


main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))

#!/usr/bin/env python3
"""Runs the guest's process 1 as a plain process and plays the host. Usage: test_init.py PATH_TO_INIT

Needs nothing but Python and a C library's usual programs; no container, no display.
"""
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

INIT = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 and os.path.exists(sys.argv[1]) else None
WORKER, CONTROL = 0, 1


def string(text):
    data = text if isinstance(text, bytes) else text.encode()
    return struct.pack(">I", len(data)) + data


def frame(kind, payload=b""):
    return kind + struct.pack(">I", len(payload)) + payload


def request(*argv, stdin=False, directory="/", env=()):
    body = bytes([1 if stdin else 0]) + string(directory)
    body += struct.pack(">H", len(env)) + b"".join(map(string, env))
    return frame(b"X", body + struct.pack(">H", len(argv)) + b"".join(map(string, argv)))


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.sock.settimeout(20)
        kind, payload = self.receive()
        assert kind == b"H" and len(payload) == 6, (kind, payload)
        self.version, self.kind, self.pid = struct.unpack(">BBI", payload)

    def receive(self):
        kind, size = struct.unpack(">cI", self.exactly(5))
        return kind, self.exactly(size)

    def exactly(self, size):
        data = b""
        while len(data) < size:
            piece = self.sock.recv(min(size - len(data), 1 << 20))
            if not piece:
                raise EOFError
            data += piece
        return data

    def send(self, data):
        self.sock.sendall(data)

    def collect(self):
        """The answer up to Q or F: pid, stdout, stderr, (code, signal) or (errno, stage)."""
        out, err, pid = [], [], None
        while True:
            kind, payload = self.receive()
            if kind == b"S":
                pid = struct.unpack(">I", payload)[0]
            elif kind == b"O":
                out.append(payload)
            elif kind == b"E":
                err.append(payload)
            elif kind == b"Q":
                return pid, b"".join(out), b"".join(err), struct.unpack(">II", payload)
            elif kind == b"F":
                errno, size = struct.unpack(">II", payload[:8])
                return pid, None, None, (errno, payload[8:8 + size].decode())
            else:
                raise AssertionError(kind)


class Host:
    def __init__(self, session="#!/bin/sh\necho $$ >$GODHAND_DIR/pid\necho up >&$GODHAND_READY_FD\nexec sleep 1000\n"):
        self.directory = tempfile.mkdtemp(prefix="godhand-test-")
        self.listen()
        program = os.path.join(self.directory, "session")
        with open(program, "w") as file:
            file.write(session)
        os.chmod(program, 0o755)
        env = dict(os.environ, GODHAND_DIR=self.directory, GODHAND_SESSION=program, HOME=self.directory,
                   XDG_RUNTIME_DIR=self.directory)
        env.pop("GODHAND_SCREEN", None)
        self.init = subprocess.Popen([INIT], env=env, stdin=subprocess.DEVNULL)
        self.idle, self.control = [], None

    def listen(self):
        path = os.path.join(self.directory, "agent.sock")
        if os.path.exists(path):
            os.unlink(path)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        self.listener.settimeout(20)

    def accept(self):
        connection = Connection(self.listener.accept()[0])
        if connection.kind == CONTROL:
            self.control = connection
        else:
            self.idle.append(connection)
        return connection

    def worker(self):
        while not self.idle:
            self.accept()
        return self.idle.pop()

    def controlled(self):
        while not self.control:
            self.accept()
        return self.control

    def run(self, *argv, **options):
        worker = self.worker()
        worker.send(request(*argv, **options))
        answer = worker.collect()
        self.idle.append(worker)
        return answer

    def memory(self):
        with open(f"/proc/{self.init.pid}/status") as file:
            return int(next(line for line in file if line.startswith("VmRSS")).split()[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.init.pid}/fd"))

    def cpu(self):
        with open(f"/proc/{self.init.pid}/stat") as file:
            return sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        if self.init.poll() is None:
            self.init.terminate()
        code = self.init.wait(10)
        self.listener.close()
        shutil.rmtree(self.directory)
        return code


def gone(pid, seconds=5):
    """Waits until a process that may not be our child has ended."""
    try:
        fd = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with os.fdopen(fd, "rb", closefd=True):
        return bool(select.select([fd], [], [], seconds)[0])


class InitTest(unittest.TestCase):
    def setUp(self):
        self.host = Host()

    def tearDown(self):
        self.assertEqual(self.host.close(), 0)

    def test_true_and_exit_codes(self):
        self.assertEqual(self.host.run("true")[1:], (b"", b"", (0, 0)))
        self.assertEqual(self.host.run("sh", "-c", "exit 42")[3], (42, 0))

    def test_signals_end_it(self):
        self.assertEqual(self.host.run("sh", "-c", "kill -9 $$")[3], (0, 9))
        worker = self.host.worker()
        worker.send(request("sleep", "100"))
        self.assertEqual(worker.receive()[0], b"S")
        worker.send(frame(b"K", bytes([15])))
        self.assertEqual(worker.collect()[3], (0, 15))

    def test_output_and_error(self):
        answer = self.host.run("sh", "-c", "echo out; echo err >&2")
        self.assertEqual(answer[1:], (b"out\n", b"err\n", (0, 0)))

    def test_directory_and_environment(self):
        answer = self.host.run("sh", "-c", "pwd; echo $A; echo $HOME", directory="/usr", env=["A=b c", "HOME=/x"])
        self.assertEqual(answer[1], b"/usr\nb c\n/x\n")
        answer = self.host.run("pwd", directory="")
        self.assertEqual(answer[1].decode().strip(), self.host.directory)
        answer = self.host.run("sh", "-c", "echo $DBUS_SESSION_BUS_ADDRESS; echo $GODHAND_READY_FD")
        self.assertEqual(answer[1].decode(), f"unix:path={self.host.directory}/bus\n\n")

    def test_what_cannot_start(self):
        self.assertEqual(self.host.run("no-such-program")[3], (2, "exec"))
        self.assertEqual(self.host.run("/etc/passwd")[3], (13, "exec"))
        self.assertEqual(self.host.run("true", directory="/nowhere")[3], (2, "chdir"))
        self.assertEqual(self.host.run()[3], (22, "request"))
        self.assertEqual(self.host.run("true", env=["noequals"])[3], (22, "request"))
        for cut in range(0, 14):
            worker = self.host.worker()
            worker.send(frame(b"X", request("true")[5:][:cut]))
            self.assertEqual(worker.collect()[3], (22, "request"))
            self.host.idle.append(worker)
        self.assertEqual(self.host.run("true")[3], (0, 0))

    def test_children_start_clean(self):
        script = "grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd; cut -d' ' -f1,5,6 /proc/$$/stat"
        pid, out, _, _ = self.host.run("sh", "-c", script)
        lines = out.decode().split("\n")
        self.assertEqual([line.split()[1] for line in lines[:2]], ["0" * 16] * 2)
        self.assertEqual(lines[2:6], ["0", "1", "2", "3"])  # 3 is the directory that ls reads
        self.assertEqual(lines[6], f"{pid} {pid} {pid}")

    def test_standard_input(self):
        self.assertEqual(self.host.run("cat")[1], b"")  # /dev/null
        worker = self.host.worker()
        worker.send(request("cat", stdin=True) + frame(b"I", b"one ") + frame(b"I", b"two") + frame(b"I"))
        self.assertEqual(worker.collect()[1], b"one two")
        # More than all buffers hold, and frames as large as they may be.
        data = os.urandom(3 << 20)
        parts = b"".join(frame(b"I", data[i:i + (1 << 20)]) for i in range(0, len(data), 1 << 20))
        worker.send(request("sha256sum", stdin=True) + parts + frame(b"I"))
        import hashlib
        self.assertEqual(worker.collect()[1].split()[0].decode(), hashlib.sha256(data).hexdigest())

    def test_input_that_nobody_reads(self):
        worker = self.host.worker()
        worker.send(request("true", stdin=True) + frame(b"I", b"x" * 500000) + frame(b"I"))
        self.assertEqual(worker.collect()[3], (0, 0))
        worker.send(frame(b"I", b"late") + frame(b"K", b"\x09") + request("echo", "again"))
        self.assertEqual(worker.collect()[1], b"again\n")

    def test_much_output_to_a_slow_reader(self):
        total = 200 << 20
        worker = self.host.worker()
        worker.send(request("head", "-c", str(total), "/dev/zero"))
        time.sleep(0.3)  # we do not read, so it must not run on
        before, cpu = self.host.memory(), self.host.cpu()
        time.sleep(0.5)
        self.assertLess(self.host.cpu() - cpu, 0.1, "init is busy while it should wait")
        count, most, started = 0, 0, time.monotonic()
        while True:
            kind, payload = worker.receive()
            if kind == b"O":
                self.assertLessEqual(len(payload), 65536)
                count += len(payload)
                if count % (20 << 20) < 65536:
                    most = max(most, self.host.memory())
            elif kind == b"Q":
                break
        seconds = time.monotonic() - started
        self.assertEqual(count, total)
        self.assertLess(most - before, 1024, "memory grew")
        print(f"\n  200 MB of output: {200 / seconds:.0f} MB/s, memory {most} KiB")

    def test_background_descendants(self):
        started = time.monotonic()
        answer = self.host.run("sh", "-c", "(while echo noise; do sleep 0.05; done) & echo $!")
        pid = int(answer[1].split()[0])
        self.assertLess(time.monotonic() - started, 1)
        time.sleep(0.3)
        os.kill(pid, 0)  # it writes on and has not been killed by a closed pipe
        os.kill(pid, signal.SIGKILL)

    def test_background_flood_costs_little(self):
        pid = int(self.host.run("sh", "-c", "yes >&2 & echo $!")[1])
        before = self.host.cpu()
        time.sleep(0.5)
        self.assertLess(self.host.cpu() - before, 0.15)
        os.kill(pid, signal.SIGKILL)

    def test_all_output_arrives_before_the_end(self):
        for _ in range(200):
            self.assertEqual(self.host.run("sh", "-c", "printf x")[1], b"x")

    def test_closing_cancels_the_whole_group(self):
        worker = self.host.worker()
        worker.send(request("sh", "-c", "sleep 1000 & echo $!; trap '' TERM; wait"))
        _, pid = worker.receive()
        kind, child = worker.receive()
        self.assertEqual(kind, b"O")
        worker.sock.close()
        self.assertTrue(gone(struct.unpack(">I", pid)[0]))
        self.assertTrue(gone(int(child)))

    def test_closing_while_it_does_not_read(self):
        worker = self.host.worker()
        worker.send(request("sleep", "1000", stdin=True))
        pid = struct.unpack(">I", worker.receive()[1])[0]
        worker.sock.settimeout(0.3)
        with self.assertRaises(TimeoutError):
            worker.send(frame(b"I", b"x" * (1 << 20)) * 2)
        worker.sock.close()
        self.assertTrue(gone(pid))

    def test_garbage(self):
        good = request("cat", stdin=True)
        for bad in (b"\0" * 64, b"\xff" * 64, b"Z\0\0\0\0", b"X\xff\xff\xff\xff", b"K\0\0\0\2ab", b"X\0\0", good[:-3],
                    good + good, b"I\0\x20\0\0", os.urandom(4096)):
            worker = self.host.worker()
            worker.send(bad)
            worker.sock.shutdown(socket.SHUT_WR)
            try:
                while worker.receive():
                    pass
            except (EOFError, ConnectionError):
                worker.sock.close()
        control = self.host.controlled()
        control.send(frame(b"P", b"x" * 65))
        with self.assertRaises((EOFError, ConnectionError)):
            while True:
                control.receive()
        self.host.control = None
        self.host.controlled()
        self.assertEqual(self.host.run("echo", "alive")[1], b"alive\n")

    def test_sixty_at_once(self):
        workers = []
        started = time.monotonic()
        for i in range(60):
            worker = self.host.worker()
            worker.send(request("sh", "-c", f"sleep 0.2; echo {i}"))
            workers.append(worker)
        for i, worker in enumerate(workers):
            self.assertEqual(worker.collect()[1], f"{i}\n".encode())
        print(f"\n  60 at once: {time.monotonic() - started:.2f} s")
        self.host.listener.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            while True:
                self.host.accept()
        self.assertLessEqual(len(self.host.idle) + len(workers), 63)

    def test_nothing_is_left_behind(self):
        self.host.run("true")
        before = self.host.descriptors()
        for _ in range(300):
            self.host.run("true")
        self.assertLessEqual(self.host.descriptors(), before)

    def test_control(self):
        control = self.host.controlled()
        self.assertEqual((control.version, control.pid), (1, self.host.init.pid))
        self.assertEqual(control.receive(), (b"R", b""))
        for payload in (b"", b"abc", b"x" * 64):
            control.send(frame(b"P", payload))
            self.assertEqual(control.receive(), (b"p", payload))
        self.host.control = None
        control.sock.close()
        again = self.host.controlled()
        self.assertEqual(again.receive(), (b"R", b""))

    def test_a_flood_of_pings_that_nobody_reads(self):
        control = self.host.controlled()
        before = self.host.memory()
        control.sock.settimeout(0.5)
        with self.assertRaises((TimeoutError, ConnectionError)):
            for _ in range(100000):
                control.send(frame(b"P", b"x" * 64))
        self.assertLess(self.host.memory() - before, 512)
        self.host.control = None
        control.sock.close()
        self.host.controlled()

    def test_a_session_that_ends_is_started_again(self):
        control = self.host.controlled()
        self.assertEqual(control.receive()[0], b"R")
        with open(os.path.join(self.host.directory, "pid")) as file:
            os.kill(int(file.read()), signal.SIGKILL)
        self.assertEqual(control.receive()[0], b"R")

    def test_the_host_comes_back(self):
        self.host.run("true")
        self.host.listener.close()
        for worker in self.host.idle:
            worker.sock.close()
        self.host.controlled().sock.close()
        self.host.idle, self.host.control = [], None
        cpu = self.host.cpu()
        time.sleep(1)
        self.assertLess(self.host.cpu() - cpu, 0.1)
        self.host.listen()
        self.assertEqual(self.host.run("echo", "back")[1], b"back\n")

    def test_no_descriptors_left(self):
        import resource
        worker = self.host.worker()
        resource.prlimit(self.host.init.pid, resource.RLIMIT_NOFILE, (8, 4096))
        worker.send(request("true"))
        self.assertEqual(worker.collect()[3], (24, "fork"))
        resource.prlimit(self.host.init.pid, resource.RLIMIT_NOFILE, (1024, 4096))
        worker.send(request("true"))
        self.assertEqual(worker.collect()[3], (0, 0))

    def test_latency(self):
        self.host.run("/bin/true")
        times = []
        for _ in range(500):
            started = time.monotonic()
            self.host.run("/bin/true")
            times.append((time.monotonic() - started) * 1000)
        times.sort()
        print(f"\n  exec of /bin/true: median {times[250]:.2f} ms, 95th percentile {times[475]:.2f} ms")
        self.assertLess(times[250], 5)


if __name__ == "__main__":
    if not INIT:
        sys.exit(__doc__)
    unittest.main(warnings="ignore")

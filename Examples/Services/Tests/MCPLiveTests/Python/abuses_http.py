"""Sends what no well-meant client sends, and sees that each is refused for its own reason. Ends with 0 if so.

Usage: abuses_http.py PORT TOKEN
"""
import http.client
import json
import socket
import sys

port, token = int(sys.argv[1]), sys.argv[2]
GOOD = {
    "Authorization": f"Bearer {token}",
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
}
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
OPEN = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
}


def ask(method="POST", body=None, headers=None, without=(), path="/mcp"):
    headers = {name: value for name, value in (GOOD | (headers or {})).items() if name not in without}
    if body is not None and not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read()
        code = None
        if text.startswith(b"{"):
            code = json.loads(text).get("error", {}).get("code")
        return answer.status, code, answer.headers.get("Mcp-Session-Id")
    finally:
        connection.close()


def expect(wanted, *arguments, **named):
    status, code, _ = ask(*arguments, **named)
    assert wanted in (status, (status, code)), (wanted, status, code, arguments, named)


# The door.
expect(200, "GET", path="/health", without=["Authorization"])
expect(401, body=OPEN, without=["Authorization"])
expect(401, body=OPEN, headers={"Authorization": f"Bearer {token}x"})
expect(401, body=OPEN, headers={"Authorization": f"Basic {token}"})
expect(401, body=OPEN, path=f"/mcp?token={token}", without=["Authorization"])
expect(403, body=OPEN, headers={"Host": "evil.example"})
expect(403, body=OPEN, headers={"Origin": "http://evil.example"})
expect(403, body=OPEN, headers={"Origin": "null"})
expect(403, "GET", path="/health", headers={"Host": "evil.example"})
expect(404, "GET", path="/other")

# The envelope.
expect(415, body=OPEN, headers={"Content-Type": "text/plain"})
expect(406, body=OPEN, headers={"Accept": "text/html"})
expect((400, -32700), body="{")
expect((400, -32700), body="[" * 100_000)
expect((400, -32700), body=b"\xff\xfe")
expect((400, -32600), body=[OPEN])
expect((400, -32600), body={"jsonrpc": "2.0", "id": None, "method": "ping"})
try:
    expect(413, body=b" " * (17 << 20))
except (BrokenPipeError, ConnectionResetError):
    pass  # It was refused before it was sent whole.

# Sessions.
ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
expect(400, body=ping)
expect(404, body=ping, headers={"Mcp-Session-Id": "nonsense"})
expect(404, "DELETE", headers={"Mcp-Session-Id": "nonsense"})
expect(405, "GET")
expect(404, "GET", headers={"Mcp-Session-Id": "nonsense"})
expect((400, -32602), body=OPEN | {"params": {}})
status, _, session = ask(body=OPEN)
assert status == 200 and len(session) > 40, (status, session)
inside = {"Mcp-Session-Id": session}
expect(200, body=ping, headers=inside)
expect(200, body=ping, headers=inside | {"MCP-Protocol-Version": "2025-11-25"})
expect(400, body=ping, headers=inside | {"MCP-Protocol-Version": "1999-01-01"})
expect(202, body={"jsonrpc": "2.0", "method": "notifications/initialized"}, headers=inside)
expect((200, -32601), body=ping | {"method": "nonsense"}, headers=inside)
expect((200, -32602), body=ping | {"method": "tools/call", "params": {"name": "nonsense"}}, headers=inside)

# One client's session is not another's to guess, and there are only so many.
others = []
while (answer := ask(body=OPEN))[0] == 200:
    others.append(answer[2])
    assert len(others) < 10, "there is no bound"
assert answer[0] == 503, answer
assert len(set(others + [session])) == len(others) + 1
for name in others + [session]:
    expect(204, "DELETE", headers={"Mcp-Session-Id": name})
expect(404, body=ping, headers=inside)

# Requests without a session.
alone = {"jsonrpc": "2.0", "id": 3, "method": "tools/list", "params": {"_meta": META}}
named = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}
expect(200, body=alone, headers=named)
expect((400, -32020), body=alone)
expect((400, -32020), body=alone, headers=named | {"Mcp-Method": "tools/call"})
expect((404, -32601), body=alone | {"method": "ping"}, headers=named | {"Mcp-Method": "ping"})
old = {"_meta": META | {"io.modelcontextprotocol/protocolVersion": "1999-01-01"}}
expect((400, -32022), body=alone | {"params": old}, headers={"MCP-Protocol-Version": "1999-01-01"})

# What is not even HTTP, and a client that never says what it wants, do not keep others out.
idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
idle[0].sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
idle[1].sendall(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
idle[2].sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000)
expect(200, body=alone, headers=named)
for connection in idle:
    connection.close()
print("refused all of it")

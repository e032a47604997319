"""Makes a desktop over HTTP, and leaves in one of several ways. Ends with 0 once it has left.

Usage: leaves.py deletes|silent|hangs-up|nameless PORT TOKEN
"""
import http.client
import json
import sys

way, port, token = sys.argv[1], int(sys.argv[2]), sys.argv[3]
HEADERS = {
    "Authorization": f"Bearer {token}",
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
}
META = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def ask(method, body, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(method, "/mcp", body=body and json.dumps(body), headers=HEADERS | headers)
    return connection.getresponse()


def make(parameters, headers):
    body = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "desktop_create"} | parameters}
    text = ask("POST", body, headers).read().decode()
    # The answer comes whole, or as the last of some events.
    last = text.strip().splitlines()[-1].removeprefix("data: ")
    assert json.loads(last)["result"]["isError"] is False, text


if way == "nameless":
    make({"_meta": META}, {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "desktop_create"})
else:
    opening = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-11-25"}}
    answer = ask("POST", opening, {})
    answer.read()
    session = {"Mcp-Session-Id": answer.headers["Mcp-Session-Id"]}
    listening = ask("GET", None, session) if way == "hangs-up" else None
    make({}, session)
    if way == "deletes":
        assert ask("DELETE", None, session).status == 204
    if listening:
        listening.close()

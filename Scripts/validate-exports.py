#!/usr/bin/env python3
"""Reads exports of traces with the readers of the tools that they are for, strictly.

usage: validate-exports.py DIRECTORY

Each entry of the directory is named WHAT--FORMAT, where FORMAT is atif, osworld or chat for a directory, and otlp.json for a
file. Prints "ENTRY: PLACE: WHAT" for each thing that is wrong, and exits with 1 if there is any.
"""

import ast
import base64
import importlib.util
import json
import pathlib
import sys

PNG = b"\x89PNG\r\n\x1a\n"


def atif(directory):
    """By Harbor's own validator, which also looks for the pictures."""
    from harbor.utils.trajectory_validator import TrajectoryValidator

    validator = TrajectoryValidator()
    validator.validate(directory / "trajectory.json", validate_images=True)
    return validator.errors


def osworld(directory):
    """By the controller that carries actions out in OSWorld, and the fields that its runner writes."""
    from desktop_env.controllers.python import PythonController

    found = []
    controller = PythonController.__new__(PythonController)
    wanted = {"step_num", "action_timestamp", "action", "response", "reward", "done", "info", "screenshot_file"}
    last = 0
    for number, text in enumerate((directory / "traj.jsonl").read_text().splitlines(), 1):
        line, place = json.loads(text), f"line {number}"
        if line.keys() != wanted:
            found.append(f"{place}: has the fields {sorted(line)}")
            continue
        if line["step_num"] < last:
            found.append(f"{place}: is step {line['step_num']} after {last}")
        last = line["step_num"]
        picture = directory / line["screenshot_file"]
        if not picture.is_file() or not picture.read_bytes().startswith(PNG):
            found.append(f"{place}: has no picture")
        commands = []
        controller.execute_python_command = commands.append
        try:
            controller.execute_action(line["action"])
            for command in commands:
                ast.parse(command)
        except Exception as error:
            found.append(f"{place}: {error}")
        if not commands and line["action"] not in ("WAIT", "DONE", "FAIL"):
            found.append(f"{place}: nothing is done for {line['action']}")
    float((directory / "result.txt").read_text())
    json.loads((directory / "task.json").read_text())["instruction"]
    return found


def chat(directory):
    """By the types of OpenAI's SDK, and what its guide to fine-tuning says beyond them."""
    path = pathlib.Path(__file__).with_name("validate-wire.py")
    spec = importlib.util.spec_from_file_location("validate_wire", path)
    wire = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(wire)
    found = []
    for number, text in enumerate((directory / "chat.jsonl").read_text().splitlines(), 1):
        line, place = json.loads(text), f"line {number}"
        pictures, calls = 0, []
        for message in line["messages"]:
            # The types are those of requests, which have no weights.
            if message.pop("weight", 1) not in (0, 1) or (message["role"] == "tool" and not calls):
                found.append(f"{place}: a message is out of place")
            if message["role"] == "tool":
                calls.remove(message["tool_call_id"])
            calls += [call["id"] for call in message.get("tool_calls", [])]
            for call in message.get("tool_calls", []):
                json.loads(call["function"]["arguments"])
            for part in message["content"] if isinstance(message["content"], list) else []:
                if part["type"] == "image_url":
                    pictures += 1
                    head, data = part["image_url"]["url"].split(",")
                    if head != "data:image/png;base64" or not base64.b64decode(data, validate=True).startswith(PNG):
                        found.append(f"{place}: a picture is none")
        if pictures > 10 or line["messages"][-1]["role"] != "assistant" or len(calls) != 1:
            found.append(f"{place}: {pictures} pictures, {len(calls)} calls, last {line['messages'][-1]['role']}")
        found += [f"{place}: {text}" for text in wire.openai_chat({"model": "m", **line})]
    return found


def with_bytes(value):
    """OTLP's JSON has ids in hexadecimal, where protobuf's own JSON has Base64."""
    if isinstance(value, list):
        return [with_bytes(item) for item in value]
    if not isinstance(value, dict):
        return value
    ids = ("traceId", "spanId", "parentSpanId")
    return {
        name: base64.b64encode(bytes.fromhex(item)).decode() if name in ids else with_bytes(item)
        for name, item in value.items()
    }


def otlp(file):
    """By the messages of the protocol; names of attributes by the registry of semantic conventions."""
    from google.protobuf import json_format
    from opentelemetry.proto.trace.v1 import trace_pb2
    from opentelemetry.semconv import attributes
    from opentelemetry.semconv._incubating import attributes as incubating

    known = set()
    for package in (attributes, incubating):
        for module in pathlib.Path(package.__path__[0]).glob("*_attributes.py"):
            loaded = importlib.import_module(f"{package.__name__}.{module.stem}")
            known |= {value for name, value in vars(loaded).items() if name.isupper() and isinstance(value, str)}
    data = json_format.ParseDict(with_bytes(json.loads(file.read_text())), trace_pb2.TracesData())
    spans = [s for r in data.resource_spans for scope in r.scope_spans for s in scope.spans]
    ids = {s.span_id for s in spans}
    found = [] if spans else ["there are no spans"]
    for span in spans:
        if len(span.trace_id) != 16 or len(span.span_id) != 8 or span.end_time_unix_nano < span.start_time_unix_nano:
            found.append(f"{span.name}: has a wrong id or time")
        if span.parent_span_id and span.parent_span_id not in ids:
            found.append(f"{span.name}: has no parent")
        for holder in (span, *span.events):
            for attribute in holder.attributes:
                if attribute.key not in known and not attribute.key.startswith("godhand."):
                    found.append(f"{span.name}: there is no attribute {attribute.key}")
    return found


CHECKS = {"atif": atif, "osworld": osworld, "chat": chat, "otlp.json": otlp}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    entries = sorted(pathlib.Path(sys.argv[1]).glob("*--*"))
    if not entries:
        sys.exit("There are no exports to read.")
    wrong = 0
    for entry in entries:
        check = CHECKS.get(entry.name.split("--")[1])
        try:
            found = check(entry) if check else ["its format is not known"]
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"]
        for text in dict.fromkeys(found):
            print(f"{entry.name}: {text}")
        wrong += bool(found)
    print(f"{len(entries)} exports read, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

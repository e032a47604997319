"""Keeps what may be tried only once, and serves it as a web page on port 8080.

It runs as root, so that nobody on the desktop can read what is right, put it back or try again. Root has no power over
files of others in a sandbox, so what is behind a stage is put into /srv, where everybody can read it. Each line of `stages`
beside this file is a stage: the right choice and what is behind it. A wrong choice closes everything for ever. The line
`any` is a form instead, that takes a name and a number once.
"""

import html
import os
import urllib.parse
from http.server import BaseHTTPRequestHandler, HTTPServer

PLACE = os.path.dirname(os.path.abspath(__file__))
PAGE = "<!doctype html><title>{0}</title><body style='font: 20px sans-serif; margin: 3em'><h1>{0}</h1><p>{1}</p>"
FORM = "<form method=post action=/try autocomplete=off>{}<button>Send</button></form>"


def field(name, more=""):
    return "<p><label>{}: <input name={} {}></label></p>".format(name.capitalize(), name, more)


def read(name):
    try:
        with open(os.path.join(PLACE, name), encoding="utf-8") as file:
            return file.read().split("\n")[:-1]
    except FileNotFoundError:
        return []


def write(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


class Keeper(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/received":
            received = read("received")
            return self.answer("\n".join(received) + "\n", 200 if received else 404, "text/plain")
        if self.path != "/":
            return self.show("Not here", "There is only one page.", 404)
        if read("stages") == ["any"]:
            fields = field("name", "autofocus") + field("number")
            return self.show("One form", "It can be sent only once." + FORM.format(fields))
        if read("closed"):
            return self.show("Closed for ever", "There is nothing more to try.")
        self.show("One try", "A wrong choice closes it for ever." + FORM.format(field("choice", "autofocus")))

    def do_POST(self):
        length = min(int(self.headers.get("Content-Length") or 0), 65536)
        fields = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode("utf-8", "replace")))
        stages = read("stages")
        if stages == ["any"]:
            if not read("received"):
                write(os.path.join(PLACE, "received"), [k + "=" + v for k, v in sorted(fields.items())])
            return self.show("Received", "Thank you.")
        done = len(read("done"))
        if read("closed") or done == len(stages):
            return self.show("Closed for ever", "There is nothing more to try.")
        right, prize = stages[done].split(" ", 1)
        if fields.get("choice") != right:
            write(os.path.join(PLACE, "closed"), ["yes"])
            return self.show("Closed for ever", "That was wrong.")
        write(os.path.join(PLACE, "done"), ["yes"] * (done + 1))
        write("/srv/prize-{}.txt".format(done + 1), [prize])
        self.show("Opened", "Behind it is " + html.escape(prize) + ".")

    def show(self, title, words, status=200):
        self.answer(PAGE.format(title, words), status, "text/html; charset=utf-8")

    def answer(self, body, status, kind):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words):
        pass


HTTPServer(("127.0.0.1", 8080), Keeper).serve_forever()

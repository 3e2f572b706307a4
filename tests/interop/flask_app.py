"""
A Flask app, as Debian packs Flask, that keeps Flask-JWT's contract as far as Flask itself answers: what `/auth` reads and
refuses, methods, and how an Authorization header is taken apart. Debian has no Flask-JWT. It prints its port.
"""
import logging
from wsgiref.simple_server import WSGIRequestHandler, make_server

from flask import Flask, jsonify, request

logging.disable(logging.CRITICAL)
app = Flask(__name__)


def refused(error, description, headers=()):
    body = {"status_code": 401, "error": error, "description": description}
    return jsonify(body), 401, dict(headers)


@app.route("/auth", methods=["POST"])
def auth():
    given = request.get_json()
    username, password = given.get("username"), given.get("password")
    if not (username and password and len(given) == 2) or (username, password) != ("jo", "pass"):
        return refused("Bad Request", "Invalid credentials")
    return jsonify({"access_token": "a"})


@app.route("/protected")
def protected():
    header = request.headers.get("Authorization")
    parts = header.split() if header else []
    if not parts:
        return refused(
            "Authorization Required",
            "Request does not contain an access token",
            {"WWW-Authenticate": 'JWT realm="Login Required"'},
        )
    if parts[0].lower() != "jwt":
        return refused("Invalid JWT header", "Unsupported authorization type")
    if len(parts) == 1:
        return refused("Invalid JWT header", "Token missing")
    if len(parts) > 2:
        return refused("Invalid JWT header", "Token contains spaces")
    return jsonify({"user": parts[1]})


class Handler(WSGIRequestHandler):
    def get_environ(self):
        environ = super().get_environ()
        # wsgiref takes a request without a type for text/plain; servers that are used do not.
        environ["CONTENT_TYPE"] = self.headers.get("content-type") or ""
        return environ

    def log_message(self, *_):
        pass


server = make_server("127.0.0.1", 0, app, handler_class=Handler)
print(server.server_port, flush=True)
server.serve_forever()

"""A client as one writes it for Flask-JWT: python3 client.py ORIGIN USERNAME PASSWORD"""

import json
import sys
import urllib.error
import urllib.request

origin, username, password = sys.argv[1:4]


def call(path, data=None, token=None):
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = "JWT " + token
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(origin + path, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            status, text = response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read().decode()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text


steps = []
status, body = call("/auth", {"username": username, "password": password})
steps.append(["obtain", status, sorted(body)])
token = body["access_token"]
steps.append(["use", *call("/protected", token=token)])
steps.append(["use without a token", *call("/protected")])
wrong = {"username": username, "password": password + "!"}
steps.append(["obtain with a wrong password", *call("/auth", wrong)])
print(json.dumps(steps))

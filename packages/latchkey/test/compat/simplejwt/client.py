"""A client as one writes it for simplejwt: python3 client.py ORIGIN USERNAME PASSWORD"""

import json
import sys
import urllib.error
import urllib.request

origin, username, password = sys.argv[1:4]


def call(path, data=None, access=None):
    headers = {"Content-Type": "application/json"}
    if access is not None:
        headers["Authorization"] = "Bearer " + access
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(origin + path, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


steps = []
status, pair = call("/api/token/", {"username": username, "password": password})
steps.append(["obtain", status, sorted(pair)])
status, body = call("/", access=pair["access"])
steps.append(["use", status, body["user"]["username"]])
status, refreshed = call("/api/token/refresh/", {"refresh": pair["refresh"]})
steps.append(["refresh", status, sorted(refreshed)])
steps.append(["verify", *call("/api/token/verify/", {"token": refreshed["access"]})])
steps.append(["blacklist", *call("/api/token/blacklist/", {"refresh": pair["refresh"]})])
steps.append(["refresh what is blacklisted", *call("/api/token/refresh/", {"refresh": pair["refresh"]})])
status, body = call("/", access=pair["refresh"])
steps.append(["use a refresh token", status, body["messages"]])
print(json.dumps(steps))

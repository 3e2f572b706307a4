"""A client as one writes it for DRF-JWT: python3 client.py ORIGIN USERNAME PASSWORD"""

import json
import sys
import urllib.error
import urllib.parse
import urllib.request

origin, username, password = sys.argv[1:4]


def call(path, form=None, token=None):
    headers = {} if token is None else {"Authorization": "JWT " + token}
    body = None if form is None else urllib.parse.urlencode(form).encode()
    request = urllib.request.Request(origin + path, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


steps = []
credentials = {"username": username, "password": password}
status, obtained = call("/api-token-auth/", credentials)
steps.append(["obtain", status, sorted(obtained)])
steps.append(["use", *call("/protected/", token=obtained["token"])])
status, refreshed = call("/api-token-refresh/", {"token": obtained["token"]})
steps.append(["refresh", status, sorted(refreshed)])
steps.append(["use the new one", *call("/protected/", token=refreshed["token"])])
status, verified = call("/api-token-verify/", {"token": refreshed["token"]})
assert verified["token"] == refreshed["token"]
steps.append(["verify", status, sorted(verified)])
steps.append(["verify garbage", *call("/api-token-verify/", {"token": "garbage"})])
wrong = {**credentials, "password": password + "!"}
steps.append(["obtain with a wrong password", *call("/api-token-auth/", wrong)])
steps.append(["use without a token", *call("/protected/")])
print(json.dumps(steps))

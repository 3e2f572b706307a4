"""
Runs rows of calls over whichever PyJWT is installed: `{"keys": {...}, "rows": [...]}` in, `{"version", "results"}` out, in
JSON. A row names a function, its arguments and its keyword arguments; see `argument` for what JSON does not have.
"""
import base64
import json
import math
import sys
import warnings

import jwt
from jwt.algorithms import get_default_algorithms

warnings.simplefilter("ignore")
given = json.load(sys.stdin)


def argument(value):
    if isinstance(value, list):
        return [argument(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "$key" in value:
        return given["keys"][value["$key"]]
    if "$bytes" in value:
        return base64.b64decode(value["$bytes"])
    if "$set" in value:
        return set(value["$set"])
    if "$pyjwk" in value:
        return jwt.PyJWK(*argument(value["$pyjwk"]))
    if "$pyjwk.key" in value:
        return jwt.PyJWK(*argument(value["$pyjwk.key"])).key
    if "$from_jwk" in value:
        name, key = argument(value["$from_jwk"])
        return get_default_algorithms()[name].from_jwk(json.dumps(key))
    return {name: argument(item) for name, item in value.items()}


def described(key):
    return {"alg": key.algorithm_name if hasattr(key, "algorithm_name") else None, "kty": key.key_type, "kid": key.key_id, "use": key.public_key_use}


def call(row):
    args = [argument(value) for value in row.get("args", [])]
    kwargs = {name: argument(value) for name, value in row.get("kwargs", {}).items()}
    name = row["call"]
    if name == "PyJWK":
        return described(jwt.PyJWK(*args, **kwargs))
    if name == "PyJWKSet":
        return [described(key) for key in jwt.PyJWKSet.from_dict(*args).keys]
    if name == "get_unverified_header":
        return jwt.get_unverified_header(*args)
    target = jwt.PyJWT(argument(row["of"])) if "of" in row else jwt
    return getattr(target, name)(*args, **kwargs)


def plain(value):
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    # JSON has no such numbers.
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def result(row):
    try:
        return {"ok": plain(call(row))}
    except Exception as error:  # whatever it is, it is what the row gives
        return {"error": type(error).__name__, "message": str(error)}


version = jwt.__version__
print(json.dumps({"version": version, "results": [result(row) for row in given["rows"]]}))

"""Verifies a webhook (Standard Webhooks 1.0.0) without a dependency. Copy it."""
import base64
import hashlib
import hmac
import json
import sys
import time

TOLERANCE_SECONDS = 5 * 60


def verify_webhook(secret, headers, body, now=None):
    """The message, if one of its signatures is by the secret. `body` is the bytes as they came.

    Raises ValueError if it is not to be believed.
    """
    message_id = headers.get("webhook-id")
    timestamp = headers.get("webhook-timestamp")
    signatures = headers.get("webhook-signature")
    if not message_id or not timestamp or not signatures:
        raise ValueError("a header is missing")
    if abs((time.time() if now is None else now) - int(timestamp)) > TOLERANCE_SECONDS:
        raise ValueError("it is not of now")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(expected, given) for given in signatures.split(" ")):
        raise ValueError("no signature is by this secret")
    return json.loads(body)


if __name__ == "__main__":
    # A secret, and {"headers", "body", "now"} as JSON on standard input.
    given = json.load(sys.stdin)
    try:
        message = verify_webhook(sys.argv[1], given["headers"], given["body"].encode(), given["now"])
    except ValueError as error:
        sys.exit(f"refused: {error}")
    print(message["type"])

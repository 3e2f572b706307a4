"""Authlib as a relying party: it asks for what it is told on its input, one JSON object a line, and prints what it finds."""
import json
import sys

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oauth2.rfc7523 import PrivateKeyJWT, private_key_jwt_sign
from authlib.oidc.core import CodeIDToken


class ShortLivedKeyJWT(PrivateKeyJWT):
    """As it comes, an assertion lives for an hour."""

    def sign(self, auth, token_endpoint):
        return private_key_jwt_sign(auth.client_secret, auth.client_id, token_endpoint, alg=self.alg, expires_in=60)


given = json.loads(sys.argv[1])
session = OAuth2Session(
    given["client_id"],
    given["secret"],
    scope=given["scope"],
    redirect_uri=given["redirect_uri"],
    token_endpoint_auth_method=given["method"],
    revocation_endpoint_auth_method=given["method"],
    code_challenge_method="S256",
)
session.trust_env = False
metadata = session.get(given["issuer"] + "/.well-known/openid-configuration", withhold_token=True).json()
if given["method"] == "private_key_jwt":
    # Its own audience is the token endpoint, unless it is told another one.
    way = PrivateKeyJWT if given["as_it_comes"] else ShortLivedKeyJWT
    session.register_client_auth_method(way(given["audience"], alg="ES256"))
keys = JsonWebKey.import_key_set(session.get(metadata["jwks_uri"], withhold_token=True).json())


def verified(token, options, claims_cls=None, params=None):
    claims = JsonWebToken(["ES256"]).decode(
        token, keys, claims_cls=claims_cls, claims_options=options, claims_params=params
    )
    claims.validate()
    return dict(claims)


def begin(ask):
    url, _ = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=ask["verifier"], nonce=ask["nonce"], state=ask["state"]
    )
    return url


def finish(ask):
    return session.fetch_token(
        metadata["token_endpoint"],
        authorization_response=ask["back"],
        code_verifier=ask["verifier"],
        state=ask["state"],
    )


def id_token(ask):
    options = {
        "iss": {"essential": True, "value": given["issuer"]},
        "aud": {"essential": True, "value": given["client_id"]},
    }
    params = {"nonce": ask["nonce"], "client_id": given["client_id"], "access_token": ask["access_token"]}
    return verified(ask["id_token"], options, CodeIDToken, params)


def access_token(ask):
    wanted = {"iss": given["issuer"], "aud": given["issuer"], "client_id": given["client_id"]}
    return verified(ask["token"], {name: {"essential": True, "value": value} for name, value in wanted.items()})


asks = {
    "begin": begin,
    "finish": finish,
    "id_token": id_token,
    "access_token": access_token,
    "userinfo": lambda ask: session.get(metadata["userinfo_endpoint"]).json(),
    "refresh": lambda ask: session.refresh_token(metadata["token_endpoint"], ask["token"]),
    "introspect": lambda ask: session.introspect_token(metadata["introspection_endpoint"], ask["token"]).json(),
    "revoke": lambda ask: session.revoke_token(metadata["revocation_endpoint"], ask["token"]).status_code,
}

for line in sys.stdin:
    ask = json.loads(line)
    try:
        answer = {"answer": asks[ask["do"]](ask)}
    except OAuthError as error:
        answer = {"error": error.error}
    except Exception as error:
        answer = {"error": type(error).__name__}
    print(json.dumps(answer), flush=True)

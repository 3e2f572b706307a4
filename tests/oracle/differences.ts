/** A difference that stays. */
export interface Difference {
  /** Exactly the rows that show it. */
  readonly rows: RegExp
  readonly why: string
}

const client = (ways: string) => new RegExp(`^client at \\w+: (${ways})$`)

export const differences: readonly Difference[] = [
  {
    rows: client(
      'an unknown client in the form|a wrong secret in the form|the id alone of a client with a secret|a secret of a client that has none|the type without an assertion|an assertion (that is over|without an (end|id)|for another server|of another (issuer|subject)|by (no|another) algorithm|with a crit|that is not in force yet|whose signature is changed|twice)',
    ),
    why: 'a 401 says by what one authenticates, also to whom did not use the header (RFC 9110 section 15.5.2)',
  },
  {
    rows: client(
      'nothing|an empty (secret|id)|no colon|Basic (that is no base64|with nothing)|the scheme Bearer|a scheme that is unknown|an assertion (of a client with a secret|without its type|of another type|that is none)',
    ),
    why: 'no or an unsupported client authentication is invalid_client, and 401 where it was tried in the header (RFC 6749 section 5.2)',
  },
  {
    rows: /^(token: (code, by a client that only acts for itself|client_credentials, by \w+, which may not|device code, of another client)|par: by a client that acts for itself|device: (a (public )?client of another grant|a client that acts for itself)|client at device: (in the form, for a client of Basic|by Basic, for a client of the form))$/,
    why: 'a client that may not use a grant is told unauthorized_client (RFC 6749 section 5.2)',
  },
  {
    rows: /^(\w+: the method \w+|(openidConfiguration|jwks): POST)$/,
    why: 'a method that an address does not have is 405 with Allow (RFC 9110 section 15.5.6), and not an unknown address',
  },
  {
    rows: /^token: code, redirect_uri (missing|empty)$/,
    why: 'the challenge binds a code, so its address is not asked for again (OAuth 2.1 section 4.1.3)',
  },
  {
    rows: /^authorize: \w+, scope (missing|empty)$/,
    why: 'who names no scope gets what the application may have (RFC 6749 section 3.3); theirs gets nothing, and is denied it',
  },
  {
    rows: /^authorize: prompt ‘select_account’/,
    why: 'an account can be chosen here; theirs has no such page as it is configured',
  },
  {
    rows: /^authorize: (max_age ‘(0x10| 5|1e3)’|code_challenge of 44 characters)$/,
    why: 'max_age is a number of digits, and an S256 challenge has 43 characters (RFC 7636 section 4.2)',
  },
  {
    rows: /^authorize: (prompt ‘ {2}none’|claims of nothing$)/,
    why: 'blanks before a list, and a claims object that asks for nothing, contradict nothing',
  },
  {
    rows: /^authorize: response_(type (token|id_token|code id_token|none|code code)|mode (fragment|form_post|unknown))$/,
    why: 'there is one type and one mode here, and every error comes by it: invalid_request and unsupported_response_type, in the query',
  },
  {
    rows: /^token: code, (code_verifier that is unknown|a verifier (that is short|with characters that it may not have))$/,
    why: 'a verifier that does not fit the challenge is invalid_grant, of whatever form it is (RFC 7636 section 4.6)',
  },
  {
    rows: /^(introspect|revoke): (an access token of another|a refresh token of another|by a client that acts for itself)$/,
    why: 'a token of others is as if there were none: nothing is said of it and nothing ends (RFC 7662 section 2.2)',
  },
  {
    rows: /^(introspect|revoke): an ID token$/,
    why: 'an ID token is neither an access nor a refresh token: it is answered like any other text that is none (RFC 7009 section 2.2)',
  },
  {
    rows: /^introspect: by a public client$/,
    why: 'whoever introspects has to prove who they are (RFC 7662 section 2.1)',
  },
  {
    rows: /^((authorize: \w+, scope|device: a scope|token: client_credentials, a scope) that is unknown|authorize: scope with (a line break|a quote))$/,
    why: 'none of the scopes can be had: invalid_scope at once (RFC 6749 section 3.3), while one among others is passed over; a line break is in no parameter',
  },
  {
    rows: /^token: (no body|JSON)$/,
    why: 'a body that is no form is 415 (RFC 9110 section 15.5.16), with the same error',
  },
  {
    rows: /^token: refresh, by an access token$/,
    why: 'a value that is longer than any refresh token of this server is not read',
  },
  {
    rows: /^userinfo: (the token in the query|no token)$/,
    why: 'a token in the address is not read (RFC 9700 section 4.3.2), and without a token no error is named (RFC 6750 section 3.1)',
  },
  {
    rows: /^userinfo: the scheme (Basic|DPoP)$/,
    why: 'what proves nothing here is 401 with the scheme that would: a Bearer token is none of DPoP',
  },
  {
    rows: /^userinfo: by a token of a client that acts for itself$/,
    why: 'the token is good, and lacks the scope openid: insufficient_scope (RFC 6750 section 3.1)',
  },
  {
    rows: /^authorize: acr_values unknown$/,
    why: 'a stronger sign-in is tried once before the application goes on without',
  },
  {
    rows: /^authorize: request_uri that is unknown$/,
    why: 'a request whose parameters are not known says nothing that can be relied on of where to answer: the person is told by a page',
  },
  {
    rows: /^par: (client_id missing|a request_uri)$/,
    why: 'Basic has said which client it is; a request_uri in a pushed request is not unsupported but wrong (RFC 9126 section 2.1)',
  },
  {
    rows: /^logout: (a hint and where to go|where to go, and the client|where to go, and nothing else|a state)$/,
    why: 'nobody is signed in, so nobody is asked; an address without a client is nobody’s (RP-Initiated Logout section 3)',
  },
]

/** A difference that stays: the rows that show it, by their names, and the words of its row in the page of the port. */
export interface Difference {
  readonly rows: RegExp
  readonly what: string
}

export interface DifferenceByVersion extends Difference {
  /** In versions of PyJWT below this one; in all if not given. */
  readonly below?: string
}

/** The port follows PyJWT 2.15. */
const below = '2.15'

const pyjwt: readonly DifferenceByVersion[] = [
  { below, rows: /^decode (no )?iss /, what: 'several issuers, and an issuer that is no text' },
  { below, rows: /^decode (no )?aud /, what: 'the words about an audience that does not match' },
  {
    below,
    rows: /^encode (a list|a text itself|a number itself|null)$/,
    what: 'the words about a payload that is no object',
  },
  {
    below,
    rows: /^decode (exp|nbf|iat) (\[|null|\{)/,
    what: '`exp`, `nbf` or `iat` that is a list, an object or None',
  },
  {
    below,
    rows: /^decode (bad )?(sub|jti)( "?[^ ]*( for "1")?|, verified without the signature)?$/,
    what: '`sub` and `jti` that are no text, and `subject`',
  },
  { below, rows: /^encode an issuer/, what: 'an issuer that is no text, in `encode`' },
  { below, rows: /^decode with header: no alg$/, what: 'the words about a header without `alg`' },
  {
    below,
    rows: /^(encode|decode) with PyJWK( |:)|^PyJWK/,
    what: '`PyJWK` as a key of `encode` and `decode`, and its `algorithm_name`',
  },
  { below, rows: /^decode_complete$/, what: '`decode_complete` of the module' },
  {
    below,
    rows: /by an object that verifies nothing$/,
    what: "`PyJWT({'verify_signature': False})`",
  },
  {
    rows: /^decode (exp|nbf|iat) (true|false|" ?text of now 600 ?")/,
    what: '`exp`, `nbf`, `iat` as the text `"1"` or as `true`',
  },
  { rows: /^decode (exp|nbf|iat) -?1e\+300/, what: 'a time beyond 2^53' },
  {
    rows: /^encode (by (none|null)$|with headers: the algorithm none)/,
    what: '`alg: none`, in `encode` and in `algorithms`',
  },
  { rows: /^decode by ("|5$)/, what: "`algorithms='HS256'` as text" },
  {
    rows: /^decode (verify_exp as |an option that there is not|nothing but)/,
    what: 'a misspelt option, or one that is not a boolean',
  },
  { rows: /^decode leeway (-10|"x")$/, what: 'a negative `leeway`, or NaN' },
  { rows: /^decode leeway null$/, what: '`leeway` as None' },
  {
    rows: / of (a (character beyond|line end|blank)|the alphabet|padding)/,
    what: '`=` after a segment, white space in it, unused bits that are set, `+` and `/`',
  },
  {
    rows: /with a member twice/,
    what: 'a member twice in header or claims, a byte order mark, broken UTF-8, nesting below 32 levels',
  },
  {
    rows: /of a payload of forty levels/,
    what: 'a member twice in header or claims, a byte order mark, broken UTF-8, nesting below 32 levels',
  },
  { rows: /of a payload with (NaN|a float that is too large)/, what: 'NaN and Infinity in a payload' },
  {
    rows: /of a payload with an integer that a double does not hold/,
    what: 'an integer that a double does not hold, such as 9007199254740993',
  },
  {
    rows: /(of (two dots|an empty (header|payload))|that is no JSON|with a comma too many)/,
    what: 'the text after `Invalid payload string:` and `Invalid header string:`',
  },
  {
    rows: /header.* (crit|crit b64|b64 true|b64 false)$/,
    what: '`b64: false`, detached payloads, any `crit`',
  },
  { rows: /with (use enc|key_ops)/, what: 'a JWK with `use: enc`, or `key_ops` that do not allow it' },
  {
    rows: /^PyJWKSet of (an? key|.* with alg XX|.*kty|nothing|no keys|an object|null for|a text)/,
    what: 'the messages of a JWK Set without keys',
  },
  {
    rows: /^PyJWK: .* (that is for another, )?by /,
    what: 'a JWK with `alg` or `crv` for another algorithm than the one that is given',
  },
  { rows: /^PyJWK: .*(kty|with alg XX)$/, what: 'the messages of keys that cannot be read' },
  { rows: /^PyJWK: (oct|RSA|EC|OKP|an empty|kty) /, what: 'the messages of keys that cannot be read' },
  { rows: /^(en|de)code by (RS|ES|Ed|HS)\S+ with /, what: 'the messages of keys that cannot be read' },
  {
    rows: /^encode with (the key|PyJWK|PyJWK\.key|from_jwk)/,
    what: 'a key of the wrong kind',
  },
  {
    rows: /^decode with PyJWK\.key.*HS512$/,
    what: 'a JWK with `alg` or `crv` for another algorithm than the one that is given',
  },
  { rows: /^decode with a? ?(number|null) for a key$/, what: 'the messages of keys that cannot be read' },
  { rows: /^encode with headers: an algorithm that is null$/, what: '`alg` as None in `headers`' },
  {
    rows: /by an object that verifies nothing, and a call that does$/,
    what: "`PyJWT({'verify_signature': False})`, and a call that turns it on",
  },
]

const flask: readonly Difference[] = [
  {
    rows: /^JSON: (an empty list|a list|a text|null|a number)$/,
    what: 'a name or password that is no text; a list for a body',
  },
  { rows: /^JSON: NaN/, what: 'NaN and Infinity in JSON, JSON in UTF-32' },
]

const simplejwt: readonly Difference[] = [
  { rows: /an id that is a number$/, what: 'an id (`jti`) that is no text, in release 5.2' },
  { rows: /^refresh.* without an id$/, what: 'a refresh token without an id' },
  {
    rows: /^refresh.* (refresh|sliding) token of (an inactive user|nobody)$/,
    what: 'refresh for a user who is gone or not active, in release 5.2',
  },
  {
    rows: /^refresh a refresh token whose issuer is a (number|list)$/,
    what: 'refresh of a token whose `iss` is no text',
  },
  { rows: /Accept: text\/(html|\*)|format=api$/, what: "Django REST framework's page for browsers" },
  {
    rows: /^parsed: obtain, (of type 'application\/json; charset=|JSON that is |JSON: (a float for|a number larger|a byte)|a form with a name twice)/,
    what: 'headers, forms, permissions, `Accept`, body parsers',
  },
  { rows: /^OPTIONS /, what: "the body's limit, OPTIONS, JSON that is not UTF-8" },
  { rows: /said to be (us-ascii|utf-8)$/, what: "the body's limit, OPTIONS, JSON that is not UTF-8" },
  {
    rows: /U\+00A0 behind$/,
    what: 'what [PyJWT](compat-pyjwt.md#what-is-refused-that-pyjwt-accepts) accepts and we do not',
  },
  {
    rows: /^Basic, (with too|with a char|empty)/,
    what: 'Basic credentials with characters that are none of base64, or too much padding',
  },
]

/** The differences that stay, by the page that tells them. */
export const differences = {
  'docs/compat-pyjwt.md': pyjwt,
  'docs/compat-flask-jwt.md': flask,
  'docs/compat-simplejwt.md': simplejwt,
}

import type { Explanation } from './explain.ts'
import { fill } from './fill.ts'
import type { Finding } from './finding.ts'

/**
 * What each code means, in English: what is the matter and, where one can, what mends it. `{name}` is a fact. A
 * translation is another table with these keys.
 */
export const words = {
  // What was pasted along with it
  empty: ['There is nothing here.', 'Paste a token, or name a file.'],
  bearer_pasted: [
    'The word in front ("Bearer", "Authorization:") is no part of the token.',
    'Leave it away.',
  ],
  quoted: ['There are quotation marks around the token.', 'Take them off.'],
  space_around: ['There is white space around the token.', 'Trim it: a line end of a file is often left.'],
  space_inside: ['There is white space within the token, as where a line was broken.', 'Join the lines.'],
  byte_order_mark: ['The text begins with a byte order mark.', 'Save the file as UTF-8 without it.'],
  percent_encoded: ['The token is percent-encoded, as in an address.', 'Decode it once.'],
  wrapped_in_json: [
    'This is the JSON answer that holds the token, in its member "{member}".',
    'Send that member alone.',
  ],
  taken_from_header: [
    'The token was taken out of the header "{name}", with what stands around it.',
    'Send the token alone where one is asked for.',
  ],
  taken_from_cookie: [
    'The token was taken out of the cookie "{name}".',
    'Send the value of the cookie alone.',
  ],
  taken_from_address: [
    'The token was taken out of the parameter "{name}" of an address.',
    'Take the value of the parameter alone. Addresses are kept in logs and histories: send tokens in a header.',
  ],
  taken_from_text: ['The token was taken out of the text around it.', 'Copy the token alone.'],
  api_key: [
    'This is an API key: "lk_key_" stands in front of a token, for scanners of leaked secrets. It was taken off.',
    'Guards and this server take it off themselves; another verifier gets what stands behind it.',
  ],
  several_tokens: ['There are {count} tokens in this; the first is explained.', 'Paste one.'],
  json_without_token: ['This is JSON, or begins like it, and no token is in it.', 'Paste the token.'],
  shortened: ['Part of the token is missing: somebody shortened it with dots.', 'Copy it whole.'],
  json_serialization: [
    'This is a JWS in JSON serialization (RFC 7515 section 7.2).',
    'A JWT is compact: header.payload.signature.',
  ],
  several_signatures: ['It has {count} signatures; each was tried.', ''],
  header_unprotected: [
    'Header parameters stand beside the signature and are not signed: {names}. Anybody can change them, and a JWT has no place for them.',
    'Put them into the protected header.',
  ],

  // Its shape
  too_long: [
    'The token has {length} characters; a verifier reads 16384.',
    'Put less in it, or set maxLength.',
  ],
  parts_missing: [
    'A signed token is header.payload.signature; this has {present}, and lacks {missing}.',
    'Copy it whole.',
  ],
  parts_too_many: [
    'A signed token has three parts with two dots between, an encrypted one has five; this has {parts}.',
    'Remove what does not belong to it.',
  ],
  jwe_parts: [
    'The header is that of an encrypted token (JWE), which has five parts; this has {parts}.',
    'Copy it whole.',
  ],
  part_empty: ['The {part} is empty.', 'Copy it whole; a token without a signature proves nothing.'],
  padding: [
    'The {part} ends in "=". Base64url in a token has no padding (RFC 7515 section 2).',
    'Cut the "=" off. Python: base64.urlsafe_b64encode(b).rstrip(b"=")',
  ],
  standard_alphabet: [
    'The {part} is in standard base64, with "+" or "/". A token uses "-" and "_" (RFC 4648 section 5).',
    'Encode with the URL-safe alphabet.',
  ],
  not_base64url: [
    'The {part} holds a character that base64url does not have, at position {position}.',
    'Look at what was copied along.',
  ],
  length_impossible: [
    'The {part} has a length that base64url never has: a character was lost or added.',
    'Copy it whole.',
  ],
  unused_bits: [
    'The last character of the {part} has bits set that mean nothing, so it is a second spelling of the same bytes.',
    'Encode it anew; or somebody changed it.',
  ],

  // JSON
  not_utf8: ['The {part} is not UTF-8.', 'Encode its text as UTF-8.'],
  json_byte_order_mark: ['The {part} begins with a byte order mark.', 'Write it without.'],
  json_broken: [
    'The {part} is no JSON: it breaks at position {position}.',
    'Mend what writes it. Single quotes and trailing commas are not JSON.',
  ],
  not_object: ['The {part} is JSON, but not an object.', 'It must begin with "{".'],
  duplicate_member: [
    'The {part} has the member "{name}" twice. Two readers could read two different tokens.',
    'Write it once.',
  ],
  too_deep: ['The {part} is nested deeper than 32 levels.', 'Make it flat.'],
  number_too_large: ['The {part} holds a number that no double can hold.', 'Write it as text.'],

  // The header
  critical_unknown: [
    'The header demands an extension ({names}) that a JWT verifier does not know.',
    'Sign without "crit" and "b64".',
  ],
  jwe_parameter: ['The header has "{name}", which belongs to encrypted tokens.', 'Sign without it.'],
  algorithm_missing: ['The header does not say its algorithm ("alg").', 'Sign it with a JWT library.'],
  algorithm_none: [
    'The header says that there is no signature ("alg": "{alg}"). Anybody could have written this.',
    'Ask the issuer for a signed token; never allow none.',
  ],
  algorithm_spelling: [
    'The header says "{alg}". Algorithms are spelled exactly: "{right}".',
    'Sign with "{right}".',
  ],
  algorithm_unknown: [
    'The algorithm "{alg}" is not supported.',
    'Sign with one of HS, RS, PS, ES, EdDSA or ML-DSA.',
  ],
  parameter_not_text: ['The header parameter "{name}" is not a string.', 'Write it as a string.'],
  nested: ['The payload is a token itself ("cty": "JWT").', 'Take the inner one out first.'],
  type_mismatch: [
    'The token is of type "{type}", and "{expected}" is expected.',
    'Send the other kind of token; an ID token is no access token.',
  ],
  type_unexpected: [
    'The token is of type "{type}". Unless a verifier asks for this type, it takes none but access tokens: "JWT", "at+jwt" or no type (RFC 8725 section 3.11).',
    'Send an access token; or verify with this type.',
  ],
  algorithm_not_listed: [
    'The algorithm {alg} is not among those allowed.',
    'Allow it, if the issuer really signs with it.',
  ],

  // The key
  hmac_with_public_key: [
    'The header says {alg}, which needs a shared secret, but the key is a public one. This is how forgers use a public key as a secret (RFC 8725 section 2.1).',
    'Believe the key: refuse the token, and look where it came from.',
  ],
  public_with_secret: [
    'The header says {alg}, which needs a public key, but the key is a shared secret.',
    'Give the public key of the issuer.',
  ],
  key_other_algorithm: [
    'The key with that id is for {algorithms}, and the header says {alg}.',
    'Give the key that the issuer signs {alg} with.',
  ],
  key_unknown: ['None of the keys has the id "{kid}".', 'Fetch the key set of the issuer anew: keys rotate.'],
  key_ambiguous: [
    'More than one key fits, and the token does not say which.',
    'Give each key an id, and name it in the header ("kid").',
  ],
  signature_wrong: [
    'The signature does not belong to this token under the key that fits by name.',
    'Either the key is another, or header or claims were changed after signing.',
  ],
  secret_spelled: [
    'The signature does belong to it if the secret is decoded from {spelling} first: whoever signed it has decoded it.',
    'Give the decoded bytes: Buffer.from(secret, "{spelling}").',
  ],
  secret_line_end: [
    'The signature does belong to it without the line end at the end of the secret.',
    'Take the line end off: files and environment variables often bring one.',
  ],
  signature_length: [
    'A signature by {alg} has {expected} characters; this has {length}.',
    'It is cut short, or made with another algorithm.',
  ],
  signature_der: [
    'The signature is in DER, as OpenSSL writes it. JWTs join r and s (RFC 7518 section 3.4).',
    'Convert it: in Node, dsaEncoding: "ieee-p1363".',
  ],

  // Claims
  claim_missing: [
    'The claim "{claim}" is missing, and required.',
    'Ask the issuer for it, or do not require it.',
  ],
  expired: ['It expired {when} ({time}).', 'Get a new one: sign in again, or refresh.'],
  not_yet_valid: ['It is valid only from {time} on, {when}.', 'Wait, or set the clocks right.'],
  issued_in_future: [
    'It says that it was issued {when} ({time}).',
    'Set the clocks right, or allow a tolerance.',
  ],
  too_old: ['It was issued {when}, which is longer ago than is allowed.', 'Get a new one.'],
  issuer_wrong: [
    'It is from another issuer than {expected}.',
    'Send it to whom it is for, or expect its issuer.',
  ],
  audience_wrong: ['It is not for {expected}.', 'Ask the issuer for a token with your audience.'],
  audience_unexpected: [
    'It is for a certain audience, and none is expected here.',
    'Say which audience you are; then tokens for others are refused.',
  ],
  subject_not_text: ['The subject is not a string.', 'Write "sub" as a string.'],
  token_id_not_text: ['The token id is not a string.', 'Write "jti" as a string.'],
  claim_not_text: ['The claim "{claim}" is not a string.', 'Write it as a string.'],
  claim_wrong: [
    'The claim "{claim}" has a value that it cannot have.',
    'Times are numbers of seconds; "iss" is a string.',
  ],
  time_as_text: [
    'The claim "{claim}" is text. A NumericDate is a number of seconds (RFC 7519 section 2).',
    'Write it as a number.',
  ],

  // Proofs of possession (DPoP, RFC 9449)
  proof_symmetric: [
    'A proof is signed with a private key; {alg} is made with a secret.',
    'Sign it with ES256 or another algorithm of key pairs.',
  ],
  proof_key_missing: ['The proof lacks its public key ("jwk" in the header).', 'Put it in.'],
  proof_key_private: [
    'The proof shows a private key: whoever saw it has the key.',
    'Make a new key, and put only its public half into the header.',
  ],
  proof_key_unusable: [
    'The key in the proof is none for {alg}, or is too weak.',
    'Write it as a JWK with all that its type needs.',
  ],
  proof_thumbprint: [
    'The name of its key is {thumbprint}. A token that is bound to it says the same in "cnf", "jkt".',
    '',
  ],
  proof_old: [
    'It is older than a minute and a half. Servers take a proof once, and for about a minute.',
    'Make a new proof for each request.',
  ],
  proof_url_query: [
    'The address in "htu" has a query or a fragment, which do not belong there (RFC 9449 section 4.2).',
    'Leave them off.',
  ],
  proof_with_token: [
    'It goes with one access token, whose hash is in "ath", and with the one request that "htm" and "htu" name.',
    '',
  ],
  proof_without_token: [
    'It names no access token ("ath"): it is for a token endpoint, and no API takes it beside a token.',
    '',
  ],

  // Worth knowing
  time_in_milliseconds: [
    'The claim "{claim}" lies in the year {year}: it was probably written in milliseconds.',
    'Divide by 1000.',
  ],
  never_expires: ['It never expires.', 'Give it "exp".'],
  long_lived: [
    'It lives for {life}; if it leaks, that is how long it is good for.',
    'Make it shorter, and refresh.',
  ],
  secret_in_payload: [
    'The claim "{claim}" looks like a secret. Everyone who holds the token can read it.',
    'Take it out; its value is not shown here.',
  ],
  key_in_header: [
    'The header brings or names a key ("{name}"). It is never used: whoever forges a token brings their own.',
    '',
  ],
  secret_short: [
    'The secret has {bytes} bytes; {alg} wants at least {wanted} (RFC 7518 section 3.2). Short ones are guessed.',
    'Use a random secret of {wanted} bytes.',
  ],
  signature_not_checked: [
    'The signature was not checked: no key was given.',
    'Give the key; until then anybody may have written this.',
  ],
  key_by_other_name: [
    'The signature does belong to it under another of the keys, "{kid}", which the header does not name.',
    'Mend "kid" in the header, or the id of the key.',
  ],
} as const satisfies Readonly<Record<string, readonly [says: string, mends: string]>>

/** A finding in English: what is the matter, and what mends it. */
export function sentence({ code, facts }: Finding): { readonly says: string; readonly mends: string } {
  const [says, mends] = words[code]
  return { says: fill(says, facts), mends: fill(mends, facts) }
}

/** What something is, in English. */
export const kindWords: Readonly<Record<Explanation['kind'], string>> = {
  access_token: 'an access token: it lets its bearer use an API',
  id_token: 'an ID token: it tells an app who signed in; it opens no API',
  device_token: 'a device token: a device signed it itself, to prove who it is',
  logout_token: 'a logout token: an issuer tells an app that a session has ended',
  dpop_proof: 'a DPoP proof: it shows that a client holds the key to which its token is bound',
  identity_token: 'an identity token of the messaging flow: an app vouches for its user with a nonce',
  jwt: 'a signed JSON Web Token',
  jwe: 'an encrypted token (JWE): only who holds the key can read its claims',
  paseto: 'a PASETO, another kind of token than a JWT',
  opaque_secret:
    'an opaque secret of Latchkey: it says nothing by itself, and is looked up by the server. Treat it as a password; if it stood in a chat or a log, revoke it',
  identifier: 'an identifier of Latchkey: it names something, and lets nobody in',
  key: 'a key or key set, not a token',
  opaque:
    'an opaque value, such as a session id or an API key: only the server that gave it knows what it means',
  unreadable: 'not readable as a token',
  nothing: 'nothing',
}

/** The result of an explanation, in English. */
export const headlineWords: Readonly<Record<Explanation['headline'], string>> = {
  valid: 'Valid: the signature and all claims are good.',
  right_but_for_padding: 'Right but for its padding.',
  right_but_for_spelling: 'Right but for how it is written here.',
  refused: 'Refused.',
  not_checked: 'Readable, but nobody has vouched for it yet.',
  not_a_token: 'Not a signed token.',
}

/** What came of trying a key, in English. */
export const keyFitWords = {
  fits: 'the signature belongs to the token under this key',
  signature_not_of_it: 'the signature was not made with this key',
  other_algorithm: 'it is for another algorithm',
  other_id: 'it has another id, and the signature is not of it',
  not_tried: 'the signature could not be tried',
} as const

/** What a header parameter or claim is for. */
export const meanings: Readonly<Record<string, string>> = {
  alg: 'how it is signed',
  typ: 'what kind of token',
  kid: 'which key signed it',
  cty: 'what kind of payload',
  crit: 'extensions that must be understood',
  jwk: 'a key that the token brings along; never used',
  jku: 'an address of keys; never fetched',
  x5c: 'certificates that the token brings along; never used',
  x5u: 'an address of certificates; never fetched',
  enc: 'how the payload is encrypted',
  iss: 'who issued it',
  sub: 'whom it speaks of',
  aud: 'for whom it is meant',
  exp: 'until when it is valid',
  nbf: 'from when on it is valid',
  iat: 'when it was issued',
  jti: 'its own id',
  scope: 'what it permits',
  client_id: 'the client that it was given to',
  azp: 'the client that it was given to',
  nonce: 'binds it to one sign-in',
  nce: 'the nonce that it answers',
  auth_time: 'when the person last signed in',
  acr: 'how surely they signed in',
  amr: 'by which means they signed in',
  at_hash: 'binds it to an access token',
  c_hash: 'binds it to a code',
  sid: 'the session',
  kind: 'person, device or service',
  user_type: 'what type of user',
  act: 'who acts for the subject',
  cnf: 'the key that the bearer must prove',
  events: 'what happened',
  htm: 'the method of the request',
  htu: 'the address of the request',
  ath: 'binds it to an access token',
  email: 'e-mail address',
  name: 'how they are called',
}

/**
 * A JSON Web Token by hand, as the talk that Latchkey began with made one in Python: two dictionaries, one
 * secret, and nothing but a hash. Run it with: node --conditions=latchkey-source examples/by-hand.ts
 */
import { createHmac } from 'node:crypto'
import { createVerifier, secretKey } from 'latchkey/token'

// 1. Two dictionaries: how the token is signed, and what it says. Neither is secret.
const header = { typ: 'JWT', alg: 'HS256' }
const payload = { user_id: 'pythontw2016' }

// 2. Each becomes JSON. Python leaves a blank after each comma and colon; a token keeps what it was signed with.
const headerJson = dumps(header)
const payloadJson = dumps(payload)
say('header', headerJson)
say('payload', payloadJson)

// 3. Each becomes base64url: letters that survive an address, a header line and a form. It hides nothing.
const encodedHeader = urlsafeBase64(headerJson)
const encodedPayload = urlsafeBase64(payloadJson)
say('header in base64url', encodedHeader)
say('payload in base64url', encodedPayload)

// 4. With a dot between them they are what is signed.
const signingInput = `${encodedHeader}.${encodedPayload}`

// 5. HMAC with SHA-256: whoever has the secret can make this number, and nobody else.
const signature = createHmac('sha256', 'secret').update(signingInput).digest()
const encodedSignature = urlsafeBase64(signature)
say('signature', signature.toString('hex'))
say('signature in base64url', encodedSignature)

// 6. One more dot, and that is all there is to it.
const token = `${signingInput}.${encodedSignature}`
say('token', token)

// Now ask the library. It would not take a secret of six bytes without being told by that name, nor a token
// that never ends.
const verify = createVerifier({
  keys: secretKey(Buffer.from('secret'), { algorithm: 'HS256', insecureShortSecret: true }),
  requiredClaims: { exp: false },
})

// Python's base64 ends in `=`, which RFC 7515 section 2 leaves out. To forgive it would give one token many
// spellings, so the verifier does not.
say('the verifier, given this token', verdict(token))
say('the verifier, without the =', verdict(token.replace(/=$/, '')))

/** As Python's json.dumps writes a dictionary of plain values. */
function dumps(dictionary: Readonly<Record<string, string>>): string {
  const members = Object.entries(dictionary).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  )
  return `{${members.join(', ')}}`
}

/** As Python's base64.urlsafe_b64encode: with the padding. */
function urlsafeBase64(bytes: string | Buffer): string {
  return Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function verdict(text: string): string {
  try {
    return `accepted: ${JSON.stringify(verify(text))}`
  } catch (error) {
    return `refused: ${(error as Error).message}`
  }
}

function say(what: string, value: string): void {
  console.log(`${what}\n  ${value}\n`)
}

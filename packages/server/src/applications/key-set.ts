import { type Jwks, type KeySet, keySet, TokenError } from 'latchkey/token'

/** What assertions of clients may be signed with: no secret that both sides hold, and nothing without a signature. */
export const assertionAlgorithms = ['ES256', 'PS256', 'RS256', 'EdDSA', 'Ed25519'] as const

/** A key set by which assertions can be verified; undefined for a text that is none. */
export function keysIn(text: string): KeySet | undefined {
  try {
    return keySet(JSON.parse(text) as Jwks, { algorithms: assertionAlgorithms }) // which looks at every member
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError || error instanceof TokenError)
      return undefined
    throw error
  }
}

const mostKeys = 10
const longestSet = 16_384
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** What is wrong with a key set that a client is to sign with; undefined if nothing is. */
export function keySetFault(set: object): string | undefined {
  const keys: unknown = 'keys' in set ? set.keys : undefined
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) {
    return `is an object with a list "keys" of 1 to ${mostKeys} public keys (RFC 7517)`
  }
  if (
    keys.some((key) => typeof key === 'object' && key !== null && secretMembers.some((name) => name in key))
  ) {
    return 'holds a private key or a secret; send the public half of a new one, since this one has travelled'
  }
  const text = JSON.stringify(set)
  if (text.length > longestSet) return `has ${longestSet} characters at most`
  // What is kept must all be of use: a key that is left out in silence is missed when it is needed.
  const usable = keys.every((key: unknown) => keysIn(JSON.stringify({ keys: [key] })) !== undefined)
  return usable
    ? undefined
    : `holds a key that is weak, or signs by none of ${assertionAlgorithms.join(', ')}`
}

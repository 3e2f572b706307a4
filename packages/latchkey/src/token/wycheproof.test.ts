import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { keySet, TokenError, verifyJws } from './index.ts'

// The JOSE files of C2SP/wycheproof (Apache-2.0), which lie beside the repository and not in it: 510 tokens that others
// found implementations to stumble over. What we do otherwise than they say is listed here, each with its reason, and a
// deviation that is no longer one fails as well.

const vectors = join(import.meta.dirname, '../../../../../shared/vectors/wycheproof')
const skip = existsSync(vectors) ? false : 'the vectors of Wycheproof do not lie beside the repository'

interface Group {
  readonly private: object
  readonly public?: object
  readonly tests: readonly {
    readonly tcId: number
    readonly comment: string
    /** Text; an object for a JSON serialization. */
    readonly jws?: string | object
    readonly jwe?: string
    readonly result: 'valid' | 'invalid'
  }[]
}

const headerSaysOtherAlgorithm =
  'the JWK is for another algorithm than the header names (its `alg`), or for one that does not exist; with that of the header it is accepted'

/** Test by test, why the other answer is right. */
const deviations: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  json_web_signature_test: {
    346: headerSaysOtherAlgorithm,
    347: headerSaysOtherAlgorithm,
    350: headerSaysOtherAlgorithm,
    351: headerSaysOtherAlgorithm,
    367: 'letter for letter the token of test 357, which is valid: the padding that it is about was lost in the vector',
    370: 'letter for letter the token of test 357, which is valid: the padding that it is about was lost in the vector',
    372: 'a `?` within the header is no base64url (RFC 7515 section 2)',
    373: 'a `?` within the payload is no base64url (RFC 7515 section 2)',
  },
  json_web_key_test: {
    4: 'of two keys with one id the second is not written canonically and is left out, so that nothing is ambiguous',
  },
  json_web_crypto_test: {
    17: 'the general JSON serialization, which verifyJws reads by contract',
    50: 'a JWE, which the library does not read',
    67: 'a JWE, which the library does not read',
  },
}

const counts: Readonly<Record<string, { readonly accepted: number; readonly refused: number }>> = {
  json_web_signature_test: { accepted: 42, refused: 359 },
  json_web_key_test: { accepted: 6, refused: 20 },
  json_web_crypto_test: { accepted: 5, refused: 78 },
}

for (const [file, expected] of Object.entries(counts)) {
  test(`every token of Wycheproof's ${file} is judged as it says, or otherwise for a reason`, {
    skip,
  }, () => {
    const { testGroups }: { testGroups: readonly Group[] } = JSON.parse(
      readFileSync(join(vectors, `${file}.json`), 'utf8'),
    )
    const outcomes = { accepted: 0, refused: 0 }
    const wrong: string[] = []
    for (const group of testGroups) {
      for (const { tcId, comment, jws, jwe, result } of group.tests) {
        const outcome = isAccepted(group, jws ?? jwe ?? '') ? 'accepted' : 'refused'
        outcomes[outcome] += 1
        const agrees = outcome === (result === 'valid' ? 'accepted' : 'refused')
        if (agrees === (deviations[file]?.[tcId] !== undefined)) {
          wrong.push(`${tcId} (${comment}): ${outcome}, and ${result} by the vector`)
        }
      }
    }
    assert.deepEqual(wrong, [])
    assert.deepEqual(outcomes, expected)
  })
}

/** By a key set of the keys of a group. A set that may not be used accepts nothing. */
function isAccepted(group: Group, jws: string | object): boolean {
  const jwk = group.public ?? group.private
  const jwks = 'keys' in jwk ? jwk : { keys: [jwk] }
  try {
    const keys = keySet(jwks as Parameters<typeof keySet>[0])
    verifyJws(jws as Parameters<typeof verifyJws>[0], { keys }) // whatever it is, it is looked at there
    return true
  } catch (error) {
    if (error instanceof TokenError || error instanceof TypeError) return false
    throw error
  }
}

/**
 * The vectors of Project Wycheproof about JOSE. They are not ours to ship: they lie beside the repository where they are
 * at all, in the folder `shared/vectors/wycheproof`, whose SOURCE.md says where they come from.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Jwk, keySet, TokenError, verifyJws } from './index.ts'

interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly result: 'valid' | 'invalid'
  readonly jws?: string
  readonly jwe?: string
}

interface Group {
  readonly private: Jwk | { readonly keys: readonly Jwk[] }
  readonly public?: Jwk | { readonly keys: readonly Jwk[] }
  readonly tests: readonly Vector[]
}

interface Expected {
  readonly file: string
  /** How many are accepted of those that are marked valid, and refused of the others. */
  readonly accepted: number
  readonly refused: number
  /** What we judge otherwise than the file, and why we are right. */
  readonly deviations: Readonly<Record<number, string>>
}

const lostPadding =
  'its text is that of case 357, letter for letter, which is valid: the padding was lost in the file'
const otherAlgorithm = 'the `alg` of the JWK is not that of the token, and binds (RFC 7517 section 4.4)'
const questionMark = 'a `?` is no base64url'
const encrypted = 'a JWE, which is not read here'

const files: readonly Expected[] = [
  {
    file: 'json_web_signature_test.json',
    accepted: 40,
    refused: 353,
    deviations: {
      346: otherAlgorithm,
      347: otherAlgorithm,
      350: 'the JWK has the `alg` ES521, which does not exist',
      351: 'the JWK has the `alg` ES521, which does not exist',
      367: lostPadding,
      370: lostPadding,
      372: questionMark,
      373: questionMark,
    },
  },
  {
    file: 'json_web_key_test.json',
    accepted: 5,
    refused: 20,
    deviations: {
      4: 'the second key of the same `kid` is not canonical base64url, so it is left out of the set',
    },
  },
  {
    file: 'json_web_crypto_test.json',
    accepted: 4,
    refused: 76,
    deviations: {
      17: 'the general JSON serialization, which verifyJws takes as well',
      50: encrypted,
      67: encrypted,
    },
  },
]

const folder = new URL('../../../../../shared/vectors/wycheproof/', import.meta.url)
const skip = existsSync(folder)
  ? false
  : 'the vectors of Wycheproof are not in shared/vectors beside the repository'

for (const { file, accepted, refused, deviations } of files) {
  test(`Wycheproof, ${file}: what is valid is accepted and all else refused, but for what is listed`, {
    skip,
  }, () => {
    const { testGroups } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    const counts = { accepted: 0, refused: 0, deviations: [] as number[] }
    for (const group of testGroups as readonly Group[]) {
      for (const vector of group.tests) {
        const isAccepted = accepts(group, vector)
        if (isAccepted !== (vector.result === 'valid')) {
          counts.deviations.push(vector.tcId)
          assert.ok(Object.hasOwn(deviations, vector.tcId), `${vector.tcId}: ${vector.comment}`)
        } else if (isAccepted) counts.accepted++
        else counts.refused++
      }
    }
    assert.deepEqual(counts, { accepted, refused, deviations: Object.keys(deviations).map(Number) })
  })
}

test('Wycheproof: what is refused for the `alg` of its key verifies where the key says what the token says', {
  skip,
}, () => {
  const { testGroups } = JSON.parse(readFileSync(new URL('json_web_signature_test.json', folder), 'utf8'))
  let verified = 0
  for (const group of testGroups as readonly Group[]) {
    for (const vector of group.tests.filter(({ tcId }) => [346, 347, 350, 351].includes(tcId))) {
      const text = vector.jws ?? ''
      const { alg } = JSON.parse(Buffer.from(text.slice(0, text.indexOf('.')), 'base64url').toString())
      verifyJws(text, { keys: keySet({ keys: keysOf(group).map((jwk) => ({ ...jwk, alg })) }) })
      verified++
    }
  }
  assert.equal(verified, 4)
})

function accepts(group: Group, { jws, jwe }: Vector): boolean {
  try {
    verifyJws(jws ?? jwe ?? '', { keys: keySet({ keys: keysOf(group) }) })
    return true
  } catch (error) {
    if (error instanceof TokenError || error instanceof TypeError) return false
    throw error
  }
}

function keysOf(group: Group): readonly Jwk[] {
  const given = group.public ?? group.private
  return 'keys' in given ? (given.keys as readonly Jwk[]) : [given as Jwk] // the forms of the file
}

import { setImmediate as turn } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import { decode, get_unverified_header, PyJWTError } from 'latchkey/compat/pyjwt'
import { createVerifier, decodeUnverified, secretKey, TokenError, verifyJws } from 'latchkey/token'
import { describe, explain } from 'latchkey/token/explain'
import { readStatusList } from '../../packages/latchkey/src/guard/revocations/status-list.ts'
import { resource } from '../../packages/latchkey/test/guard/guarded-api.ts'
import { hostileToken, randomFrom } from '../../packages/latchkey/test/guard/hostile.ts'
import { nowMs, secretBytes } from '../../packages/latchkey/test/token/raw-token.ts'
import type { Target } from './target.ts'

const key = secretKey(secretBytes, { algorithm: 'HS256', keyId: 'one' })
const parties = { issuer: 'I', audience: resource }
const expected = { ...parties, keys: key, now: () => nowMs }
const verify = createVerifier({ ...expected, cache: true })
const verifyWhole = createVerifier({ ...expected, complete: true })

/** What reads a token. It refuses with its own errors or gives an answer; the name of which is the outcome. */
export const functions: readonly Target[] = [
  reading('verifier', (token) => {
    const first = outcomeOf(token, () => verify(token), TokenError)
    // With memory and without, once and again, the answer is one.
    for (const again of [() => verify(token), () => verifyWhole(token)]) {
      if (outcomeOf(token, again, TokenError) !== first) throw new Error('two answers to one token')
    }
    return first
  }),
  reading('decode', (token) => outcomeOf(token, () => decodeUnverified(token), TokenError)),
  reading('jws', (token) => outcomeOf(token, () => verifyJws(token, { keys: key }), TokenError)),
  reading('explain', (token) => {
    const explanation = explain(token, { ...parties, keys: [], nowMs })
    describe(explanation)
    return explanation.headline
  }),
  reading('pyjwt', (token) => {
    outcomeOf(token, () => get_unverified_header(token), PyJWTError)
    return outcomeOf(
      token,
      () => decode(token, secretBytes, { algorithms: ['HS256'], audience: resource, issuer: 'I' }),
      PyJWTError,
    )
  }),
  readingStatusLists(),
]

/** What reads a status list: lists that are good, cut, and changed at random, with any number of bits. */
function readingStatusLists(): Target {
  return {
    name: 'status-list',
    async run({ count, seed, inFlight, tell }) {
      const random = randomFrom(seed)
      const pick = (most: number) => Math.floor(random() * most)
      for (let i = 0; i < count; i++) {
        // What zlib has taken for a text that cannot be inflated is given back by the event loop only.
        if (i % 100 === 0) await turn()
        const bytes = Uint8Array.from({ length: pick(64) }, () => pick(256))
        const packed = random() < 0.8 ? deflateSync(bytes) : Buffer.from(bytes)
        for (let changes = pick(3); changes > 0; changes--) packed[pick(packed.length + 1)] = pick(256)
        const whole = packed.toString('base64url')
        const lst = random() < 0.8 ? whole : whole.slice(0, pick(40))
        const value = { bits: [1, 2, 4, 8, 3, '1'][pick(6)], lst }
        inFlight[0] = JSON.stringify(value)
        tell(outcomeOf(lst, () => readStatusList(value).statusAt(pick(600)), Error))
      }
    },
  }
}

type ErrorClass = abstract new (...args: never[]) => Error

function reading(name: string, read: (token: string) => string): Target {
  return {
    name,
    async run({ count, seed, inFlight, tell }) {
      const random = randomFrom(seed)
      for (let i = 0; i < count; i++) {
        const token = hostileToken(random)
        inFlight[0] = token
        try {
          tell(read(token))
        } catch (error) {
          throw new Error(`for ${JSON.stringify(token)}`, { cause: error })
        }
      }
    },
  }
}

/** `accepted`, or the code or class of the refusal. Any other error is a fault, and so is one that repeats a token. */
function outcomeOf(token: string, read: () => unknown, refusal: ErrorClass): string {
  try {
    read()
    return 'accepted'
  } catch (error) {
    if (!(error instanceof refusal)) throw error
    const repeated = token.split('.').find((part) => part.length > 10 && error.message.includes(part))
    if (repeated !== undefined) throw new Error('the message repeats the token', { cause: error })
    return error instanceof TokenError ? error.code : error.name
  }
}

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import * as jwt from '../../../src/compat/pyjwt/index.ts'
import { type RawToken, rawToken } from '../../token/raw-token.ts'

export const warnings: jwt.InsecureKeyLengthWarning[] = []
export const now = 1_800_000_000
/** PyJWT with a clock that stands still, and quiet. */
export const py = new jwt.PyJWT({}, { now: () => now * 1000, onWarning: (warning) => warnings.push(warning) })
export const secret = 'a secret that is longer than 32 bytes'
export const talk =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJwYXlsb2FkIjoicHljb250dyAyMDE2In0.TRRENrqd8lc3_AQeo3IRheVkZpMkcqXqYQi891pFL6w'
export const byHand =
  'eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJIUzI1NiJ9.eyJ1c2VyX2lkIjogInB5dGhvbnR3MjAxNiJ9.qhevGfl16LBHjRG2wb6xDitbGt3lDK-2iUYCsLseCJY='

export type Class = abstract new (...given: never[]) => Error
export function throwsExactly(run: () => unknown, Kind: Class, message: string | RegExp) {
  assert.throws(run, like(Kind, message))
}
export function like(Kind: Class, message: string | RegExp) {
  return (error: unknown) => {
    assert(error instanceof Error)
    assert.equal(error.constructor, Kind, `${error.constructor.name}: ${error.message}`)
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
    return true
  }
}

/** A token signed well, whatever stands in it. */
export const sealed = (token: RawToken) => rawToken({ payload: {}, ...token, secret: Buffer.from(secret) })
export const claiming = (payload: unknown) => sealed({ payload })
export const headed = (header: object) => sealed({ header: { alg: 'HS256', ...header } })

export const { privateKey: rsa, publicKey: rsaPublic } = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const { privateKey: ec } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const rsaPem = rsaPublic.export({ format: 'pem', type: 'spki' }).toString()

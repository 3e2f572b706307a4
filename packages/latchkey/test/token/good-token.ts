/**
 * One good token, its key and the policy that takes it, and what is changed about them. For every platform: `#keys` makes
 * keys that fit where this runs.
 */
import { secretKey } from '#keys'
import type { VerifierOptions } from '../../src/token/verifier-policy.ts'
import { goodClaims, goodHeader, nowMs, type RawToken, rawToken, secretBytes } from './raw-token.ts'

export const key = secretKey(secretBytes, { algorithm: 'HS256' })
export const now = () => nowMs
export const policy: VerifierOptions = { keys: key, issuer: 'I', audience: 'A', now }

export const withHeader = (more: object): RawToken => ({ header: { ...goodHeader, ...more } })
export const withClaims = (more: object): RawToken => ({ payload: { ...goodClaims, ...more } })
export const without = (name: string): RawToken => ({
  payload: Object.fromEntries(Object.entries(goodClaims).filter(([claim]) => claim !== name)),
})
export const good = rawToken()
export const [goodHead = '', goodBody = '', goodMac = ''] = good.split('.')

/** The good claims and one more member, written as it is. */
export function rawJson(member: string): RawToken {
  return { payload: `${JSON.stringify(goodClaims).slice(0, -1)},${member}}` }
}

import { wholeText } from '../../whole-text.ts'
import { looksSecret } from './check-claims.ts'
import { inWords, timeOf } from './time.ts'

/** A header parameter or a claim. */
export interface Member {
  readonly name: string
  /** Undefined where it looks like a secret. */
  readonly value: unknown
  /** Of a time: when that is, and how far from now. */
  readonly time?: string
  readonly when?: string
}

const times: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time', 'updated_at'])

/** The members of a header or of claims as they may be shown. */
export function membersOf(object: Readonly<Record<string, unknown>>, nowMs: number): Member[] {
  return Object.entries(object).map(([name, value]) => {
    if (looksSecret(name)) return { name, value: undefined }
    if (!times.has(name) || typeof value !== 'number') return { name, value: veiled(value) }
    return { name, value, time: timeOf(value), when: inWords(value, nowMs) }
  })
}

const veil = '(not shown)'
const privateMember = wholeText(/d|k|p|q|dp|dq|qi|priv/)

/** A value without what should not have been in it: secrets of ours, private keys, members named like secrets. */
function veiled(value: unknown): unknown {
  if (typeof value === 'string') return /^lk_[a-z]+_/.test(value) ? veil : value
  if (Array.isArray(value)) return value.map(veiled)
  if (typeof value !== 'object' || value === null) return value
  const isKey = 'kty' in value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const isPrivate = isKey && privateMember.test(name)
      return [name, isPrivate || looksSecret(name) ? veil : veiled(inner)]
    }),
  )
}

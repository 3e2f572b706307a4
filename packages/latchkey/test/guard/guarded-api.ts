/** The API that guards stand before in tests, and what opens it: tokens by its issuer, and the other credentials it takes. */
import { goodClaims, goodHeader, type RawToken, rawToken } from '../token/raw-token.ts'

export const resource = 'https://api.example.com'
export const metadataPath = '/.well-known/oauth-protected-resource'

const header = { ...goodHeader, typ: 'at+jwt', kid: 'one' }
const claims = {
  ...goodClaims,
  aud: resource,
  kind: 'user',
  sid: 'ses_1',
  user_type: 'owner',
  scope: 'devices:read devices:view',
}

/** A token that is good but for what is laid over its header and its claims. */
export const signed = ({ header: more, payload, ...rest }: RawToken = {}): string =>
  rawToken({
    header: { ...header, ...asObject(more) },
    payload: { ...claims, ...asObject(payload) },
    ...rest,
  })

/** Values of Authorization. */
export const good = `Bearer ${signed()}`
export const withClaims = (payload: object): string => `Bearer ${signed({ payload })}`
export const withHeader = (more: object): string => `Bearer ${signed({ header: more })}`

export const goodSession = 'opaque-value-of-a-session'
export const goodApiKey = 'lk_key_0123456789abcdef'
export const goodPassword = 'the-right-password'
export const csrfSecret = new Uint8Array(32).fill(9)

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

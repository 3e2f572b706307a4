import type { Answer } from '../api/api.ts'

export type Service = Answer<'GET /v1/services/{id}'>
export type Profile = Service['profile']

/** As the server names them. */
export const profileNames = [
  'plain',
  'rabbitmq',
  'ejabberd',
  'nats',
  'influxdb1',
  'dovecot',
  'haproxy',
  'mod-auth-openidc',
  'mod-oauth2',
] as const satisfies readonly Profile['name'][]

/** What signs by each kind of key. */
export const algorithms = {
  issuer: ['server'],
  own: ['RS256', 'ES256', 'EdDSA', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'],
  shared: ['HS256', 'HS384', 'HS512'],
} as const satisfies Readonly<Record<Profile['key'], readonly Profile['algorithm'][]>>

/** A profile may have claims of other kinds than text. They are written as JSON, and so is text that looks like it. */
export function claimLines(claims: Profile['claims']): string {
  return claims
    .map(({ name, value }) => {
      if (typeof value === 'object' && value.length === 1 && value[0] === '{scopes}')
        return `${name}={scopes}`
      const isPlain = typeof value === 'string' && typeof parsed(value) === 'string'
      return `${name}=${isPlain ? value : JSON.stringify(value)}`
    })
    .join('\n')
}

export function claimsIn(lines: readonly string[]): Profile['claims'] {
  return lines.map((line) => {
    const at = line.indexOf('=')
    const [name, value] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)]
    return { name: name.trim(), value: parsed(value.trim()) }
  })
}

function parsed(text: string): Profile['claims'][number]['value'] {
  // The list of the scopes, as people write it.
  if (text === '{scopes}') return ['{scopes}']
  try {
    const value: unknown = JSON.parse(text)
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string')
    const isSimple = ['string', 'number', 'boolean'].includes(typeof value)
    return isList || isSimple ? (value as Profile['claims'][number]['value']) : text
  } catch {
    return text
  }
}

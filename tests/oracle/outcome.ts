import { callback, type Endpoint, type Received } from './side.ts'

/** Of a page, what the server wants of the person is not compared, nor are words. */
export interface Outcome {
  /** An answer to the client, a page or a redirect for the person, a page that says what is wrong, or data. */
  readonly kind: 'answer' | 'person' | 'fault' | 'json' | 'empty' | 'done'
  /** Of an answer to the client and of pages, the first digit. */
  readonly status: string
  readonly error?: string
  /** What an answer to a client has beside the error. */
  readonly has?: string
  readonly scheme?: string
  /** Whether nobody may keep it. */
  readonly isKept?: boolean
}

/** Which answers hold something that nobody may keep (RFC 6749 section 5.1, RFC 7662, RFC 9126, OpenID Connect Core section 5.3). */
const secret: readonly Endpoint[] = ['token', 'userinfo', 'introspect', 'par', 'device']

export function outcomeOf(endpoint: Endpoint, { status, headers, text }: Received): Outcome {
  const location = headers.get('location') ?? /^0; url=(.*)$/.exec(headers.get('refresh') ?? '')?.[1] ?? null
  const digit = `${status}`.slice(0, 1)
  if (location?.startsWith('https://rp.example/') === true) return answerOf(location)
  if (location !== null) return { kind: 'person', status: '' }
  const type = headers.get('content-type') ?? ''
  if (type.includes('html'))
    return status < 400 ? { kind: 'person', status: '' } : { kind: 'fault', status: digit }
  // What it holds is not looked at (RFC 7009 section 2.2).
  if (endpoint === 'revoke' && status === 200) return { kind: 'done', status: '200' }
  const scheme = /^[A-Za-z]+/.exec(headers.get('www-authenticate') ?? '')?.[0]
  const challenge = scheme === undefined ? {} : { scheme }
  const kept = secret.includes(endpoint)
    ? { isKept: !/no-store/.test(headers.get('cache-control') ?? '') }
    : {}
  if (!type.includes('json')) return { kind: 'empty', status: `${status}`, ...challenge, ...kept }
  const said = JSON.parse(text) as { error?: string; active?: boolean } // of both servers
  // A resource server says it in the challenge (RFC 6750 section 3).
  const error = said.error ?? /error="([^"]+)"/.exec(headers.get('www-authenticate') ?? '')?.[1]
  const { active } = said
  return {
    ...{ kind: 'json', status: `${status}`, ...challenge, ...kept },
    ...(error !== undefined && { error }),
    ...(active !== undefined && { has: active ? 'active' : 'inactive' }),
  }
}

function answerOf(location: string): Outcome {
  const { searchParams, hash } = new URL(location)
  const at = hash === '' ? searchParams : new URLSearchParams(hash.slice(1))
  const error = at.get('error')
  const members = ['code', 'state', 'iss', 'access_token', 'id_token'].filter((name) => at.has(name))
  const where = `${hash === '' ? 'query' : 'fragment'} of ${location.startsWith(callback) ? 'back' : 'bye'}`
  return {
    ...{ kind: 'answer', status: '3', has: [where, ...members].join(' ') },
    ...(error !== null && { error }),
  }
}

/** As a row of differences is read. */
export const shown = (outcome: Outcome): string =>
  Object.entries(outcome)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => (name === 'kind' ? value : `${name} ${value}`))
    .join(', ')

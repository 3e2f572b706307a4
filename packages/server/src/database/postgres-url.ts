import { wholeText } from '../whole-text.ts'

const postgresScheme = wholeText(/postgres(ql)?:/)

/** Where a server is, for the driver, and `place`, which is what to tell people: no user and no password in it. */
export interface ServerAddress {
  readonly url: string
  readonly ssl: false | 'prefer' | 'require' | 'verify-full'
  readonly place: string
}

/** libpq's sslmode (PostgreSQL 18, section 32.19) in the words of the driver. */
const tlsModes: Readonly<Record<string, ServerAddress['ssl']>> = {
  disable: false,
  allow: 'prefer',
  prefer: 'prefer',
  require: 'require',
  // The driver does not tell them apart, so the name is checked too. NODE_EXTRA_CA_CERTS adds an authority.
  'verify-ca': 'verify-full',
  'verify-full': 'verify-full',
}

export function serverOf(text: string): ServerAddress {
  // The error of `new URL` holds its input, and that the password.
  if (!URL.canParse(text) || !postgresScheme.test(new URL(text).protocol))
    throw new Error('the database URL is not of the form postgres://user:password@host:port/name')
  const url = new URL(text)
  const mode = url.searchParams.get('sslmode') ?? 'prefer'
  const ssl = tlsModes[mode]
  if (ssl === undefined)
    throw new Error(`the database URL has an unknown sslmode; known are ${Object.keys(tlsModes).join(', ')}`)
  url.searchParams.delete('sslmode')
  const place = `${url.hostname || 'localhost'}:${url.port || '5432'}${url.pathname}`
  return { url: url.href, ssl, place }
}

/** Why no connection came about, in one line. */
export function explain(error: unknown, place: string): string {
  const { code } = error as { code?: unknown }
  if (code === '28P01' || code === '28000') return `PostgreSQL at ${place} refuses this user or password`
  if (code === '3D000') return `PostgreSQL at ${place} has no database of this name`
  return `cannot reach PostgreSQL at ${place}${typeof code === 'string' ? ` (${code})` : ''}`
}

import { checkOptions } from '../../options/check-options.ts'
import { wholeText } from '../../whole-text.ts'
import type { GuardRequest } from '../request.ts'

/** A cookie that says who somebody is, by its name in the browser and the rules that it is kept by. */
interface CredentialCookie {
  readonly name: string
  /** Whether it is for development on this machine: neither `Secure` nor a prefix, and read only from here. */
  readonly isForDevelopment: boolean
}

/** What the value of a cookie is, of which a request should have one. */
type CookieReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly value: string }
  | { readonly kind: 'malformed' }

/** Browsers keep about 4096 bytes for name, value and attributes (RFC 6265 section 6.1), and drop what is longer. */
const maxValueLength = 3584

/** RFC 6265 section 4.1.1, without the quotes around it. */
const cookieOctets = wholeText(/[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/)
const hostPrefixedName = wholeText(/__Host-[\w-]+/)

/**
 * Name a cookie. The name begins with `__Host-`, for then a browser takes it only over TLS and from this very host, and no
 * sibling can write one (draft RFC 6265bis section 4.1.3.2). For development it is the name without the prefix, and a
 * warning is given. A TypeError for another name.
 */
export function credentialCookie(name: string, development: boolean | undefined): CredentialCookie {
  if (typeof name !== 'string' || !hostPrefixedName.test(name)) {
    throw new TypeError('the name of the cookie begins with __Host-')
  }
  if (development !== undefined && typeof development !== 'boolean') {
    throw new TypeError('development is a boolean')
  }
  if (development !== true) return { name, isForDevelopment: false }
  const bare = name.slice('__Host-'.length)
  process.emitWarning(
    `the cookie ${bare} is written without Secure and read only from this machine: not for production`,
    { code: 'LATCHKEY_DEVELOPMENT_COOKIE' },
  )
  return { name: bare, isForDevelopment: true }
}

/**
 * Read a cookie. One that is there twice is malformed, whatever the two say: which of them counts would be for others to
 * choose (RFC 6265 section 5.4 promises no order). An empty one is none.
 */
export function readCookie(request: GuardRequest, cookie: CredentialCookie): CookieReading {
  if (cookie.isForDevelopment && !request.isPrivate) return none
  const values: string[] = []
  for (const line of request.header('cookie')) {
    if (!line.includes(cookie.name)) continue
    for (const pair of line.split(';')) {
      const equals = pair.indexOf('=')
      if (equals !== -1 && pair.slice(0, equals).trim() === cookie.name)
        values.push(pair.slice(equals + 1).trim())
    }
  }
  const [value] = values
  if (value === undefined || (value === '' && values.length === 1)) return none
  if (values.length > 1 || value.length > maxValueLength || !cookieOctets.test(value)) return malformed
  return { kind: 'one', value }
}

const none: CookieReading = Object.freeze({ kind: 'none' })
const malformed: CookieReading = Object.freeze({ kind: 'malformed' })

/**
 * The `Set-Cookie` that stores `value`: for this host, for TLS, out of reach of scripts, and not sent with what other sites
 * post. Without `maxAgeSeconds` the browser keeps it as long as it runs. A RangeError for a value that browsers would drop.
 */
export function writtenCookie(
  { name, isForDevelopment }: CredentialCookie,
  value: string,
  maxAgeSeconds: number | undefined,
): string {
  if (typeof value !== 'string' || !cookieOctets.test(value)) {
    throw new TypeError('this value cannot stand in a cookie')
  }
  if (value.length > maxValueLength) {
    throw new RangeError(`the value of a cookie has at most ${maxValueLength} characters`)
  }
  if (maxAgeSeconds !== undefined && !(Number.isSafeInteger(maxAgeSeconds) && maxAgeSeconds > 0)) {
    throw new TypeError('maxAgeSeconds is a positive whole number')
  }
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`
  return `${name}=${value}; Path=/${isForDevelopment ? '' : '; Secure'}; HttpOnly; SameSite=Lax${age}`
}

/** The life that is given when a cookie is written. */
export function maxAgeOf(life: { readonly maxAgeSeconds?: number }): number | undefined {
  checkOptions('write', life, { maxAgeSeconds: 1 })
  return life.maxAgeSeconds
}

/** The `Set-Cookie` that makes a browser forget it. */
export function clearedCookie({ name, isForDevelopment }: CredentialCookie): string {
  return `${name}=; Path=/${isForDevelopment ? '' : '; Secure'}; HttpOnly; SameSite=Lax; Max-Age=0`
}

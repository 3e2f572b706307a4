import { wholeText } from '../../../whole-text.ts'
import { HashFault, toBase64 } from './hash-format.ts'

/**
 * The form in which a hash is stored here, of the text in which another program stores it: PHC strings, Modular Crypt Format,
 * passlib, Django, Werkzeug. Null for Django's mark of an account without a password.
 * @throws {HashFault} for a form that is not known, or that gives passwords away
 */
export function storedForm(text: string): string | null {
  if (text.startsWith('!')) return null
  for (const { pattern, stored } of spellings) {
    const match = pattern.exec(text)
    if (match) return stored(match.slice(1))
  }
  if (weak.test(text)) throw new HashFault('too_weak')
  throw new HashFault('unknown')
}

interface Spelling {
  readonly pattern: RegExp
  /** Of the groups of the pattern, all of which are there. */
  readonly stored: (groups: string[]) => string
}

const base64 = '[\\w+/]+={0,2}'

const forms: readonly Spelling[] = [
  { pattern: /(\$argon2(?:id|i|d)\$.*)/, stored: ([text]) => text! },
  { pattern: /(\$scrypt\$.*)/, stored: ([text]) => text! },
  { pattern: /(\$[56]\$.*)/, stored: ([text]) => text! },
  // The letters of bcrypt tell who mended which fault when; $2x$ is for hashes that were computed with one.
  { pattern: /\$2[aby]\$(.*)/, stored: ([rest]) => `$2b$${rest}` },
  // As this server stores and exports them.
  { pattern: /(\$pbkdf2-(?:sha1|sha256|sha512)\$i=.*)/, stored: ([text]) => text! },
  { pattern: /(\$(?:firebase-scrypt|bcrypt-sha256)\$.*)/, stored: ([text]) => text! },
  // passlib writes . for +.
  {
    pattern: /\$pbkdf2(?:-(sha256|sha512))?\$(\d+)\$([\w./]+)\$([\w./]+)/,
    stored: ([digest = 'sha1', i, salt, tag]) => pbkdf2(digest, i!, plus(salt!), plus(tag!)),
  },
  // Django.
  {
    pattern: new RegExp(`pbkdf2_(sha1|sha256)\\$(\\d+)\\$([^$]+)\\$(${base64})`),
    stored: ([digest, i, salt, tag]) => pbkdf2(digest!, i!, textBytes(salt!), unpadded(tag!)),
  },
  { pattern: /argon2(\$argon2(?:id|i|d)\$.*)/, stored: ([text]) => text! },
  { pattern: /bcrypt\$\$2[aby]\$(.*)/, stored: ([rest]) => `$2b$${rest}` },
  { pattern: /bcrypt_sha256\$\$2[aby]\$(.*)/, stored: ([rest]) => `$bcrypt-sha256$2b$${rest}` },
  {
    pattern: new RegExp(`scrypt\\$(\\d+)\\$([^$]+)\\$(\\d+)\\$(\\d+)\\$(${base64})`),
    stored: ([n, salt, r, p, tag]) => scrypt({ n: n!, r: r!, p: p! }, textBytes(salt!), unpadded(tag!)),
  },
  // Werkzeug, which Flask uses.
  {
    pattern: /pbkdf2:(sha1|sha256|sha512):(\d+)\$([^$]+)\$((?:[0-9a-f]{2})+)/,
    stored: ([digest, i, salt, tag]) => pbkdf2(digest!, i!, textBytes(salt!), hexBytes(tag!)),
  },
  {
    pattern: /scrypt:(\d+):(\d+):(\d+)\$([^$]+)\$((?:[0-9a-f]{2})+)/,
    stored: ([n, r, p, salt, tag]) => scrypt({ n: n!, r: r!, p: p! }, textBytes(salt!), hexBytes(tag!)),
  },
]
/** Each is that of the whole text: nothing may stand before or behind it. */
const spellings = forms.map(({ pattern, stored }) => ({
  pattern: wholeText(pattern),
  stored,
}))

/** One round, or few, of a fast hash: Django's and passlib's old ones, LDAP's, crypt's. */
const weak = wholeText(
  /(?:md5\$|sha1\$|unsalted_|crypt\$|\$1\$|\$apr1\$|\{s?(?:sha|md5)\d*\}).*|[0-9a-f]{32,128}/is,
)
const keycloakPbkdf2 = wholeText(/pbkdf2(?:-(sha256|sha512))?/)

/** What Keycloak stores in `credentials`, as texts of JSON in JSON. */
export interface KeycloakCredential {
  readonly secretData: string
  readonly credentialData: string
}

/** @throws {HashFault} */
export function keycloakHash({ secretData, credentialData }: KeycloakCredential): string {
  const { value, salt } = parsed(secretData)
  const { algorithm, hashIterations, additionalParameters = {} } = parsed(credentialData)
  if (typeof value !== 'string' || typeof salt !== 'string') throw new HashFault('damaged')
  const digest = keycloakPbkdf2.exec(String(algorithm))
  if (digest) return pbkdf2(digest[1] ?? 'sha1', String(hashIterations), unpadded(salt), unpadded(value))
  if (algorithm !== 'argon2') throw new HashFault('unknown')
  const one = (name: string) => String((additionalParameters as Record<string, unknown[]>)[name]?.[0])
  if (one('version') !== '1.3') throw new HashFault('unknown')
  const costs = `m=${one('memory')},t=${String(hashIterations)},p=${one('parallelism')}`
  return `$argon2${one('type')}$v=19$${costs}$${unpadded(salt)}$${unpadded(value)}`
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw new HashFault('damaged')
}

function pbkdf2(digest: string, iterations: string, salt: string, tag: string): string {
  return `$pbkdf2-${digest}$i=${iterations}$${salt}$${tag}`
}

function scrypt({ n, r, p }: { n: string; r: string; p: string }, salt: string, tag: string): string {
  const ln = Math.log2(Number(n))
  if (!Number.isInteger(ln)) throw new HashFault('damaged')
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt}$${tag}`
}

const textBytes = (text: string) => toBase64(Buffer.from(text))
const hexBytes = (text: string) => toBase64(Buffer.from(text, 'hex'))
const plus = (text: string) => text.replaceAll('.', '+')
const unpadded = (text: string) => text.replaceAll('=', '')

import { decodeUnverified, TokenError, type UnverifiedToken, verifyJws } from 'latchkey/token'
import type { Reader } from '../database/database.ts'
import { Refusal, type RefusalCode } from '../errors.ts'
import { isDay } from '../http/schema.ts'
import { isIdentifier } from '../secrets/identifiers.ts'
import { isVisible } from '../text.ts'
import { clockToleranceSeconds } from '../tokens/authenticate.ts'
import { keyOf } from './keys.ts'
import { longestSub } from './people.ts'
import { type AppKeyRow, type AppRow, findApp, findAppKey } from './store.ts'

/** What the account server of an app has signed about one of its people. */
export interface Assertion {
  readonly app: AppRow
  readonly kid: string
  readonly sub: string
  readonly nonce: string
  /** When the session is to end; undefined where it says nothing of that. */
  readonly sessionEndsAtMs: number | undefined
}

/** In the older form the times may be ISO 8601 text, `exp` is the end of the session, and there need be no audience. */
export type AssertionForm = 'current' | 'older'

interface Rules {
  readonly db: Reader
  readonly issuer: string
  readonly nowMs: number
  readonly form: AssertionForm
}

const types = ['jwt', 'application/jwt', 'latchkey-grant+jwt']
const contentTypes = ['diuit-eit;v=1', 'diuit-auth;v=1']
const longestLifeSeconds = 300

/**
 * Read an assertion: its shape, whose it is, by which key, the signature, and only then what it says. Nothing is used up by that.
 * @throws {Refusal} `client_invalid` for an app or key that is not in force, `assertion_invalid`
 */
export async function readAssertion(rules: Rules, text: string): Promise<Assertion> {
  const { header, claims } = shapeOf(text)
  const { app, key } = await signerOf(rules.db, claims.iss, header.kid)
  try {
    verifyJws(text, { keys: keyOf(key) })
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw invalid(error.code, app.id)
  }
  const fault = faultIn(claims, rules)
  if (typeof fault === 'string') throw invalid(fault, app.id)
  return { app, kid: key.kid, ...fault }
}

function shapeOf(text: string): UnverifiedToken {
  try {
    const token = decodeUnverified(text)
    const { typ, cty, crit, b64, kid } = token.header
    if (typeof typ !== 'string' || !types.includes(typ.toLowerCase())) throw invalid('type_unknown')
    if (cty !== undefined && !contentTypes.some((known) => known === cty))
      throw invalid('content_type_unknown')
    if (crit !== undefined || b64 !== undefined) throw invalid('critical_unknown')
    if (typeof kid !== 'string') throw invalid('kid_missing')
    return token
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw invalid(error.code)
  }
}

async function signerOf(db: Reader, iss: unknown, kid: unknown): Promise<{ app: AppRow; key: AppKeyRow }> {
  const app = typeof iss === 'string' && isIdentifier('app', iss) ? await findApp(db, iss) : undefined
  if (!app) throw unknown('app_unknown')
  if (app.disabled_at !== null) throw unknown('app_disabled', app.id)
  // As texts with NUL, which a database may not take, no key has such a name.
  const key = typeof kid === 'string' && isVisible(kid) ? await findAppKey(db, app.id, kid) : undefined
  if (!key) throw unknown('key_unknown', app.id)
  if (key.revoked_at !== null) throw unknown('key_revoked', app.id)
  return { app, key }
}

/** What the claims say, or what is wrong with them. */
function faultIn(
  claims: UnverifiedToken['claims'],
  { issuer, nowMs, form }: Rules,
): Pick<Assertion, 'sub' | 'nonce' | 'sessionEndsAtMs'> | string {
  const { sub, aud, jti } = claims
  const isOlder = form === 'older'
  const isOurs = aud === issuer || (Array.isArray(aud) && aud.includes(issuer))
  if (!isOurs && !(isOlder && aud === undefined)) return 'audience_mismatch'
  const issuedAt = secondsOf(claims.iat, isOlder)
  const expiresAt = secondsOf(claims.exp, isOlder)
  if (issuedAt === undefined || expiresAt === undefined) return 'times_malformed'
  const now = nowMs / 1000
  if (issuedAt > now + clockToleranceSeconds) return 'issued_in_future'
  if (expiresAt <= issuedAt) return 'life_invalid'
  if (expiresAt <= now - (isOlder ? 0 : clockToleranceSeconds)) return 'token_expired'
  if (!isOlder && expiresAt - issuedAt > longestLifeSeconds) return 'life_too_long'
  if (claims.nbf !== undefined) {
    const notBefore = secondsOf(claims.nbf, isOlder)
    if (notBefore === undefined) return 'times_malformed'
    if (notBefore > now + clockToleranceSeconds) return 'token_not_yet_valid'
  }
  if (!isName(sub)) return 'subject_malformed'
  if (jti !== undefined && !isName(jti)) return 'jti_malformed'
  const nonce = claims.nonce ?? claims.nce
  const isTwice = claims.nonce !== undefined && claims.nce !== undefined && claims.nonce !== claims.nce
  if (typeof nonce !== 'string' || isTwice) return 'nonce_malformed'
  const sessionEnd = isOlder ? expiresAt : secondsOf(claims.session_exp, false)
  if (claims.session_exp !== undefined && !isOlder && (sessionEnd === undefined || sessionEnd <= now)) {
    return 'session_end_invalid'
  }
  return { sub, nonce, sessionEndsAtMs: sessionEnd === undefined ? undefined : Math.floor(sessionEnd * 1000) }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestSub && isVisible(value)
}

const iso8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)$/
/** The year 9999: what is later is no time that a column or a `Date` is sure to hold. */
const lastSecond = 253_402_300_799

function secondsOf(value: unknown, mayBeText: boolean): number | undefined {
  const isText = mayBeText && typeof value === 'string' && iso8601.test(value) && isDay(value)
  const seconds = isText ? Date.parse(value) / 1000 : value
  return typeof seconds === 'number' && seconds >= 0 && seconds <= lastSecond ? seconds : undefined
}

function invalid(reason: string, app?: string): Refusal {
  return refusalOf('assertion_invalid', 'this assertion is not valid here', reason, app)
}

function unknown(reason: string, app?: string): Refusal {
  return refusalOf('client_invalid', 'no app that is in force signs by such a key', reason, app)
}

function refusalOf(code: RefusalCode, message: string, reason: string, app: string | undefined): Refusal {
  return new Refusal(code, message, { reason, refused: { event: 'user.sign_in', clientId: app } })
}

import {
  decodeUnverified,
  TokenError,
  type TokenErrorCode,
  type UnverifiedToken,
  verifyJws,
} from 'latchkey/token'
import type { EventReason } from '../activity/schema/reasons.ts'
import { Refusal } from '../errors.ts'
import { isDay } from '../http/schema.ts'
import type { RefusalCode } from '../refusal-codes.ts'
import { isIdentifier } from '../secrets/identifiers.ts'
import { isVisible } from '../text.ts'
import { clockToleranceSeconds } from '../tokens/authenticate.ts'
import { wholeText } from '../whole-text.ts'
import type { AppsGround } from './ground.ts'
import type { KeyMissing } from './key-sets.ts'
import { longestSub } from './people/people.ts'
import { type AppKeyRow, type AppRow, findApp, findAppKey, type SetKeyRow } from './store.ts'

/** What an assertion goes through, in this order: the first four show whose it is, and the rest what it may do. */
export const checks = ['shape', 'app', 'key', 'signature', 'claims', 'person', 'nonce', 'account'] as const
export type Check = (typeof checks)[number]

/** Called with each check before it is made. What came before it has passed. */
export type Reach = (check: Check) => void

/** What can be wrong with an assertion up to its claims, beside what the token library says. */
export type AssertionFault =
  | KeyMissing
  | 'type_unknown'
  | 'content_type_unknown'
  | 'critical_unknown'
  | 'kid_missing'
  | 'app_unknown'
  | 'app_other'
  | 'app_disabled'
  | 'key_revoked'
  | 'audience_mismatch'
  | 'times_malformed'
  | 'issued_in_future'
  | 'life_invalid'
  | 'token_expired'
  | 'life_too_long'
  | 'token_not_yet_valid'
  | 'subject_malformed'
  | 'jti_malformed'
  | 'nonce_malformed'
  | 'session_end_invalid'

/** What the account server of an app has signed about one of its people. */
export interface Assertion {
  readonly app: AppRow
  readonly key: AppKeyRow | SetKeyRow
  readonly sub: string
  readonly nonce: string
  /** When the session is to end; undefined where it says nothing of that. */
  readonly sessionEndsAtMs: number | undefined
}

/** In the older form the times may be ISO 8601 text, `exp` is the end of the session, and there need be no audience. */
export type AssertionForm = 'current' | 'older'

interface Rules {
  readonly form: AssertionForm
  readonly reach: Reach
  /** The only app whose assertions are looked at; every app without. */
  readonly only?: string
}

export const types = ['jwt', 'application/jwt', 'latchkey-grant+jwt']
export const contentTypes = ['diuit-eit;v=1', 'diuit-auth;v=1']
export const longestLifeSeconds = 300

/**
 * Read an assertion: its shape, whose it is, by which key, the signature, and only then what it says. Nothing is used up by that.
 * @throws {Refusal} `client_invalid` for an app or key that is not in force, `assertion_invalid`
 */
export async function readAssertion(
  ground: Pick<AppsGround, 'db' | 'world' | 'issuer' | 'keySets' | 'openKey'>,
  { form, reach, only }: Rules,
  text: string,
): Promise<Assertion> {
  reach('shape')
  const { header, claims } = shapeOf(text)
  reach('app')
  if (only !== undefined && claims.iss !== only) throw unknown('app_other')
  const app = await appOf(ground, claims.iss)
  reach('key')
  const key = await signerOf(ground, app, header.kid)
  reach('signature')
  try {
    verifyJws(text, { keys: ground.openKey(key) })
  } catch (error) {
    if (!(error instanceof TokenError)) throw error
    throw invalid(error.code, app.id)
  }
  reach('claims')
  const fault = faultIn(claims, { issuer: ground.issuer, nowMs: ground.world.now(), form })
  if (typeof fault === 'string') throw invalid(fault, app.id)
  return { app, key, ...fault }
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

async function appOf({ db }: Pick<AppsGround, 'db'>, iss: unknown): Promise<AppRow> {
  const app = typeof iss === 'string' && isIdentifier('app', iss) ? await findApp(db, iss) : undefined
  if (!app) throw unknown('app_unknown')
  if (app.disabled_at !== null) throw unknown('app_disabled', app.id)
  return app
}

/** A key that the app was given stands before one of its set, and keeps it out once it is revoked. */
async function signerOf(
  { db, keySets }: Pick<AppsGround, 'db' | 'keySets'>,
  app: AppRow,
  kid: unknown,
): Promise<AppKeyRow | SetKeyRow> {
  // As texts with NUL, which a database may not take, no key has such a name.
  if (typeof kid !== 'string' || !isVisible(kid)) throw unknown('key_unknown', app.id)
  const given = await findAppKey(db, app.id, kid)
  if (given) {
    if (given.revoked_at !== null) throw unknown('key_revoked', app.id)
    return given
  }
  const published = await keySets.keyOf(app, kid)
  if (typeof published === 'string') throw unknown(published, app.id)
  return published
}

/** What the claims say, or what is wrong with them. */
function faultIn(
  claims: UnverifiedToken['claims'],
  { issuer, nowMs, form }: { readonly issuer: string; readonly nowMs: number; readonly form: AssertionForm },
): Pick<Assertion, 'sub' | 'nonce' | 'sessionEndsAtMs'> | AssertionFault {
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
  const [nonce, another] = new Set([claims.nonce, claims.nce].filter((one) => one !== undefined))
  if (typeof nonce !== 'string' || another !== undefined) return 'nonce_malformed'
  const sessionEnd = isOlder ? expiresAt : secondsOf(claims.session_exp, false)
  if (claims.session_exp !== undefined && !isOlder && (sessionEnd === undefined || sessionEnd <= now)) {
    return 'session_end_invalid'
  }
  return { sub, nonce, sessionEndsAtMs: sessionEnd === undefined ? undefined : Math.floor(sessionEnd * 1000) }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestSub && isVisible(value)
}

const iso8601 = wholeText(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)/)
/** The year 9999: what is later is no time that a column or a `Date` is sure to hold. */
const lastSecond = 253_402_300_799

function secondsOf(value: unknown, mayBeText: boolean): number | undefined {
  const isText = mayBeText && typeof value === 'string' && iso8601.test(value) && isDay(value)
  const seconds = isText ? Date.parse(value) / 1000 : value
  return typeof seconds === 'number' && seconds >= 0 && seconds <= lastSecond ? seconds : undefined
}

function invalid(reason: AssertionFault | TokenErrorCode, app?: string): Refusal {
  return refusalOf('assertion_invalid', 'this assertion is not valid here', reason, app)
}

function unknown(reason: AssertionFault, app?: string): Refusal {
  return refusalOf('client_invalid', 'no app that is in force signs by such a key', reason, app)
}

function refusalOf(
  code: RefusalCode,
  message: string,
  reason: EventReason,
  app: string | undefined,
): Refusal {
  return new Refusal(code, message, { reason, refused: { event: 'user.sign_in', clientId: app } })
}

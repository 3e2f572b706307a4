import { decodeUnverified, TokenError, type UnverifiedToken } from 'latchkey/token'
import { timestamp } from '../http/schema.ts'
import { visibleJson } from '../text.ts'
import { clockToleranceSeconds } from '../tokens/authenticate.ts'
import {
  type AssertionFault,
  type AssertionForm,
  contentTypes,
  longestLifeSeconds,
  types,
} from './assertion.ts'
import type { AppRow } from './store.ts'

/** What an assertion is compared with, for the administrator of the app. */
export interface Seen {
  readonly app: AppRow
  readonly text: string
  readonly form: AssertionForm
  readonly issuer: string
  readonly now: number
}

export interface Expectation {
  readonly expected: string
  readonly found: string
}

type Explain = (seen: Seen, token: UnverifiedToken) => readonly [expected: string, found: unknown]

/** What else the exchange refuses: the nonce, and what the gate says of the account. */
type LaterFault =
  | 'nonce_unknown'
  | 'nonce_of_another_app'
  | 'nonce_of_another_device'
  | 'nonce_of_another_key'
  | 'nonce_stale'
  | 'signer_ended'
  | 'person_unknown'
  | 'person_privileged'
  | 'account_disabled'
  | 'factor_required'
  | 'enrolment_required'
  | 'mail_code_required'
  | 'user_type_privileged'

const nonceExpected = 'the nonce that this server gave for this assertion, unused'
const timesExpected = (form: AssertionForm) =>
  form === 'older'
    ? 'iat and exp as seconds or ISO 8601 text with a zone'
    : 'iat and exp as seconds since 1970'

const explained: Readonly<Record<AssertionFault | LaterFault, Explain>> = {
  type_unknown: (_, { header }) => [`typ ${types.join(' or ')}`, header.typ],
  content_type_unknown: (_, { header }) => [`no cty, or ${contentTypes.join(' or ')}`, header.cty],
  critical_unknown: (_, { header }) => ['neither crit nor b64', { crit: header.crit, b64: header.b64 }],
  kid_missing: (_, { header }) => ['kid, the name of the key', header.kid],
  app_unknown: ({ app }, { claims }) => [`iss ${app.id}`, claims.iss],
  app_other: ({ app }, { claims }) => [`iss ${app.id}`, claims.iss],
  app_disabled: ({ app }) => ['an app that is in force', `${app.name} is disabled`],
  key_unknown: (_, { header }) => ['a kid of the app, given or in its key set', header.kid],
  key_revoked: (_, { header }) => ['a key that is in force', `${said(header.kid)} was revoked`],
  key_set_unavailable: ({ app }) => ['a key set that can be read', app.set_cause ?? 'it was not read yet'],
  audience_mismatch: ({ issuer }, { claims }) => [`aud ${issuer}`, claims.aud],
  times_malformed: ({ form }, { claims: { iat, exp, nbf } }) => [timesExpected(form), { iat, exp, nbf }],
  issued_in_future: ({ now }, { claims }) => [`iat not after ${clock(now)}`, claims.iat],
  life_invalid: (_, { claims: { iat, exp } }) => ['exp after iat', { iat, exp }],
  token_expired: ({ now }, { claims }) => [`exp after ${clock(now)}`, claims.exp],
  life_too_long: (_, { claims: { iat, exp } }) => [
    `exp at most ${longestLifeSeconds} seconds after iat`,
    { iat, exp },
  ],
  token_not_yet_valid: ({ now }, { claims }) => [`nbf not after ${clock(now)}`, claims.nbf],
  subject_malformed: (_, { claims }) => ['sub of 1 to 200 visible characters', claims.sub],
  jti_malformed: (_, { claims }) => ['no jti, or 1 to 200 visible characters', claims.jti],
  nonce_malformed: () => ['nonce or nce, a text', 'none, another type, or two that differ'],
  session_end_invalid: ({ now }, { claims }) => [`session_exp after ${clock(now)}`, claims.session_exp],
  nonce_unknown: () => [nonceExpected, 'one that was never given, was used, or is long over'],
  nonce_of_another_app: () => [nonceExpected, 'one that another app asked for'],
  nonce_of_another_device: () => ['the device_id that the nonce was asked for with', 'another one, or none'],
  nonce_of_another_key: () => [
    'a DPoP proof of the key that the nonce was asked for with',
    'no proof, which a check never has',
  ],
  nonce_stale: () => [nonceExpected, 'one that is older than 120 seconds'],
  signer_ended: () => ['an app and a key that are in force', 'one of them ended meanwhile'],
  person_unknown: (_, { claims }) => [
    'a sub that is linked to a person, for the app makes nobody',
    claims.sub,
  ],
  person_privileged: () => ['a person who may no more than strangers', 'one who may more'],
  account_disabled: () => ['an account that may sign in', 'one that is disabled'],
  factor_required: () => ['an account without a second factor', 'one that asks for it'],
  mail_code_required: () => ['an account that is mailed no code at an unknown place', 'one that is'],
  enrolment_required: () => ['a user type that asks for no second factor', 'one that asks for it'],
  user_type_privileged: () => [
    'a user type that permits no more than strangers may',
    'one that permits more',
  ],
}

/** What the check of an assertion wanted, and what was there instead. Never the nonce, nor the signature. */
export function expectationOf(reason: string, seen: Seen): Expectation {
  const token = decoded(seen.text)
  const explain = Object.hasOwn(explained, reason) ? explained[reason as keyof typeof explained] : undefined
  if (explain && token) {
    const [expected, found] = explain(seen, token)
    return {
      expected,
      found: typeof found === 'string' && reason !== 'subject_malformed' ? cut(found) : said(found),
    }
  }
  if (reason === 'signature_invalid') {
    return {
      expected: 'a signature by the key that kid names',
      found: 'one by another key, or of another text',
    }
  }
  if (reason === 'algorithm_not_allowed') {
    return { expected: 'alg as the key is registered', found: said(token?.header.alg) }
  }
  return {
    expected: 'a compact JWS: header.payload.signature in base64url, with JSON objects',
    found: reason,
  }
}

function decoded(text: string): UnverifiedToken | undefined {
  try {
    return decodeUnverified(text)
  } catch (error) {
    if (error instanceof TokenError) return undefined
    throw error
  }
}

function clock(now: number): string {
  return `${timestamp(now)} (${Math.floor(now / 1000)}, by ${clockToleranceSeconds} s more or less)`
}

function said(value: unknown): string {
  return value === undefined ? 'nothing' : cut(visibleJson(value))
}

function cut(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`
}

import type { ApplicationRow } from '../../applications/store.ts'
import { type DeviceDetail, longestDetails } from '../../authorization-details.ts'
import { wholeText } from '../../whole-text.ts'
import { isDetailsFault, readAskedDetails } from '../details.ts'
import { itemsOf, type Parameters, type ParameterTable } from '../parameters.ts'
import { type ClaimsRequest, readClaimsRequest } from './claims-request.ts'
import { type AuthorizationError, refusal } from './errors.ts'

const maxAgeForm = wholeText(/\d{1,10}/)
const sha256Form = wholeText(/[\w-]{43}/)

/**
 * What an authorization request may say, and how long (RFC 6749 section 4.1.1, RFC 7636, RFC 8707, RFC 9396, RFC 9449 section
 * 10, OpenID Connect Core section 3.1.2.1).
 */
export const authorizationParameters: ParameterTable = {
  response_type: 100,
  client_id: 2048,
  redirect_uri: 2048,
  scope: 2000,
  state: 4096,
  code_challenge: 128,
  code_challenge_method: 20,
  resource: 200,
  dpop_jkt: 64,
  nonce: 1000,
  display: 20,
  prompt: 100,
  max_age: 12,
  ui_locales: 200,
  claims_locales: 200,
  id_token_hint: 8192,
  login_hint: 200,
  acr_values: 500,
  claims: 4096,
  authorization_details: longestDetails,
  response_mode: 20,
  request: 16_384,
  request_uri: 2048,
  registration: 4096,
}

/** An authorization request that is as it should be. Whether it is granted depends on who is there. */
export interface AuthorizationRequest {
  readonly redirectUri: string
  readonly state: string | undefined
  /** Undefined where none was named: then all that the application may have. */
  readonly scopes: readonly string[] | undefined
  readonly resource: string | undefined
  readonly codeChallenge: string | undefined
  readonly nonce: string | undefined
  /** The thumbprint of the key that proves the request for the tokens. */
  readonly jkt: string | undefined
  readonly prompts: readonly Prompt[]
  readonly maxAgeSeconds: number | undefined
  readonly contexts: readonly string[]
  readonly loginHint: string | undefined
  readonly idTokenHint: string | undefined
  readonly uiLocales: string | undefined
  readonly claims: ClaimsRequest | undefined
  /** The devices that it is about, where it names some (RFC 9396). */
  readonly details: readonly DeviceDetail[] | undefined
}

export const prompts = ['none', 'login', 'consent', 'select_account'] as const
export type Prompt = (typeof prompts)[number]

/**
 * Judge a request whose address for the answer is known to be the application's.
 * @returns what is wrong, which the application is told at that address
 */
export function readAuthorizationRequest(
  parameters: Parameters,
  application: ApplicationRow,
  {
    redirectUri,
    isPushed,
    now,
  }: { readonly redirectUri: string; readonly isPushed: boolean; readonly now: number },
): AuthorizationRequest | AuthorizationError {
  const unsupported = unsupportedIn(parameters)
  if (unsupported) return unsupported
  if (!application.grants.includes('authorization_code')) {
    return refusal('unauthorized_client', 'this application may not ask for codes', 'grant_not_allowed')
  }
  if (application.requires_push && !isPushed) {
    return refusal('invalid_request', 'this application pushes its requests (RFC 9126)', 'push_missing')
  }
  const challenge = challengeOf(parameters, application)
  if (typeof challenge === 'object') return challenge
  const asked = promptsOf(parameters.get('prompt'))
  if ('error' in asked) return asked
  const maxAge = parameters.get('max_age')
  if (maxAge !== undefined && !maxAgeForm.test(maxAge)) {
    return refusal('invalid_request', 'max_age is a number of seconds', 'max_age_malformed')
  }
  const jkt = parameters.get('dpop_jkt')
  if (jkt !== undefined && !sha256Form.test(jkt)) {
    return refusal('invalid_request', 'dpop_jkt is the thumbprint of a key (RFC 9449)', 'dpop_jkt_malformed')
  }
  const claims = readClaimsRequest(parameters.get('claims'))
  if (claims === 'malformed') {
    return refusal(
      'invalid_request',
      'claims is a JSON object of claims (OpenID Connect)',
      'claims_malformed',
    )
  }
  const scope = parameters.get('scope')
  const details = readAskedDetails(
    {
      ...{ text: parameters.get('authorization_details'), scopes: application.scopes },
      resource: parameters.get('resource'),
    },
    now,
  )
  if (isDetailsFault(details))
    return refusal('invalid_authorization_details', details.description, details.reason)
  return {
    redirectUri,
    state: parameters.get('state'),
    scopes: scope === undefined ? undefined : itemsOf(scope),
    resource: parameters.get('resource'),
    codeChallenge: challenge,
    nonce: parameters.get('nonce'),
    jkt,
    prompts: asked,
    maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
    contexts: itemsOf(parameters.get('acr_values')),
    loginHint: parameters.get('login_hint'),
    idTokenHint: parameters.get('id_token_hint'),
    uiLocales: parameters.get('ui_locales'),
    ...{ claims, details },
  }
}

/** What this server does not do, by the codes that standards have for it. */
function unsupportedIn(parameters: Parameters): AuthorizationError | undefined {
  if (parameters.has('request')) {
    return refusal('request_not_supported', 'requests by value are not taken', 'request_object')
  }
  if (parameters.has('request_uri')) {
    return refusal('request_uri_not_supported', 'a request is pushed to this server', 'request_uri')
  }
  if (parameters.has('registration')) {
    return refusal('registration_not_supported', 'an application is registered beforehand', 'registration')
  }
  const type = parameters.get('response_type')
  if (type === undefined) {
    return refusal('invalid_request', 'response_type is missing; it is code', 'response_type_missing')
  }
  if (type !== 'code') {
    return refusal('unsupported_response_type', 'the response_type is code', 'response_type_unknown')
  }
  const mode = parameters.get('response_mode')
  if (mode !== undefined && mode !== 'query') {
    return refusal('invalid_request', 'the response_mode is query', 'response_mode_unknown')
  }
  return undefined
}

/**
 * The challenge of RFC 7636. Without one a code that was stolen on its way could be redeemed by the thief, so it may be missing only
 * where an administrator has said so of an application that keeps a secret; and not for access that outlasts the session.
 */
function challengeOf(
  parameters: Parameters,
  application: ApplicationRow,
): string | undefined | AuthorizationError {
  const [challenge, method] = [parameters.get('code_challenge'), parameters.get('code_challenge_method')]
  if (challenge === undefined) {
    if (method !== undefined) {
      return refusal('invalid_request', 'code_challenge is missing', 'code_challenge_missing')
    }
    const isOffline = itemsOf(parameters.get('scope')).includes('offline_access')
    const isNeeded = application.requires_pkce || application.authentication === 'none' || isOffline
    return isNeeded
      ? refusal('invalid_request', 'code_challenge is missing (RFC 7636, S256)', 'code_challenge_missing')
      : undefined
  }
  if (method !== 'S256') {
    return refusal('invalid_request', 'the code_challenge_method is S256', 'code_challenge_method_unknown')
  }
  return sha256Form.test(challenge)
    ? challenge
    : refusal('invalid_request', 'code_challenge is no SHA-256 in base64url', 'code_challenge_malformed')
}

function promptsOf(text: string | undefined): readonly Prompt[] | AuthorizationError {
  const asked = itemsOf(text)
  const known = prompts.filter((prompt) => asked.includes(prompt))
  if (known.length < asked.length) {
    return refusal('invalid_request', `prompt is one of ${prompts.join(', ')}`, 'prompt_unknown')
  }
  if (known.includes('none') && known.length > 1) {
    return refusal('invalid_request', 'prompt=none goes with no other', 'prompt_contradicts')
  }
  return known
}

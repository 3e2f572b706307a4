import type { EventReason } from '../../activity/schema/reasons.ts'
import { parseJson } from '../../json.ts'
import { wholeText } from '../../whole-text.ts'
import type { UpstreamGround } from '../ground.ts'
import type { Metadata } from '../providers/discovery.ts'
import type { ProviderRow } from '../providers/store.ts'
import { redirectUri } from './begin.ts'
import { authenticationOf } from './client-authentication.ts'
import { notSignedIn, unavailable } from './refused.ts'

const bearerType = wholeText(/bearer/i)
const accessTokenForm = wholeText(/[\w.~+/=-]{1,8192}/)

/** What came for a code, as far as it is used. Nothing of it is kept. */
export interface Redeemed {
  readonly idToken: string
  readonly accessToken: string | undefined
}

/**
 * Trade a code at the token endpoint of a provider (OpenID Connect Core section 3.1.3).
 * @throws {Refusal} `provider_refused`, `provider_unavailable`
 */
export async function redeem(
  ground: UpstreamGround,
  provider: ProviderRow,
  metadata: Metadata,
  { code, verifier }: { readonly code: string; readonly verifier: string },
): Promise<Redeemed> {
  const { headers, parameters } = authenticationOf(ground, provider)
  const body = new URLSearchParams({
    ...{ grant_type: 'authorization_code', code, code_verifier: verifier },
    ...{ redirect_uri: redirectUri(ground.issuer, provider.key), ...parameters },
  }).toString()
  const answer = await ground.outbound.ask(metadata.tokenEndpoint, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  })
  if (answer.kind === 'failed') throw unavailable(provider.key, answer.fault)
  const said = objectIn(answer.body)
  if (answer.status !== 200) throw notSignedIn(provider.key, reasonOf(said), { status: answer.status })
  const { id_token: idToken, access_token: accessToken, token_type: type } = said ?? {}
  if (typeof idToken !== 'string') throw notSignedIn(provider.key, 'id_token_missing')
  const isBearer = typeof accessToken === 'string' && typeof type === 'string' && bearerType.test(type)
  const isUsable = isBearer && accessTokenForm.test(accessToken)
  return { idToken, accessToken: isUsable ? accessToken : undefined }
}

/** The errors of RFC 6749 section 5.2, of which the operator has to know that the secret is wrong. */
const known = ['invalid_client', 'invalid_grant', 'invalid_request', 'unauthorized_client'] as const

function reasonOf(said: Readonly<Record<string, unknown>> | undefined): EventReason {
  const error = known.find((one) => one === said?.error)
  return error === undefined ? 'token_status_unexpected' : `token_${error}`
}

/** What a provider wrote, if it is a JSON object. */
export function objectIn(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const said = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body), 'the answer')
    if (typeof said !== 'object' || said === null || Array.isArray(said)) return undefined
    return said as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

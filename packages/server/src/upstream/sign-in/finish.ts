import type { EventReason } from '../../activity/schema/reasons.ts'
import { hashSecret, isSecret } from '../../secrets/secrets.ts'
import { wholeText } from '../../whole-text.ts'
import type { Newcomer, ProvenAtProvider, UpstreamGround } from '../ground.ts'
import type { Metadata } from '../providers/discovery.ts'
import { findProvider, type ProviderRow } from '../providers/store.ts'
import {
  type Claims,
  claimsOf,
  hasFactor,
  labelIn,
  nameIn,
  provenAddress,
  provenAt,
  wantedClaims,
} from './claims.ts'
import { flowSecrets } from './flow-secrets.ts'
import { type IdToken, verifyIdToken } from './id-token.ts'
import { objectIn, redeem } from './redeem.ts'
import { notSignedIn, unavailable } from './refused.ts'
import { type BegunRow, findBegun, takeBegun } from './store.ts'

const codeForm = wholeText(/[\x21-\x7e]{1,4096}/)

/** What a provider has led the browser back with. */
export interface Response {
  readonly state: string
  readonly code: string
  /** RFC 9207. */
  readonly iss: string
  readonly error: string
}

interface Finishing {
  readonly key: string
  readonly response: Response
  /** The secret in the cookie of the browser. */
  readonly browser: string | undefined
  readonly language: Newcomer['language']
}

/** Who has come back, and what for. */
export interface Finished {
  readonly begun: BegunRow
  readonly provider: ProviderRow
  readonly proven: ProvenAtProvider
}

/**
 * Take what a provider has led a browser back with: the state is used up, whatever comes of it, then the code is redeemed and the ID
 * token verified.
 * @throws {Refusal} `provider_refused`, `provider_unavailable`
 */
export async function finishSignIn(ground: UpstreamGround, finishing: Finishing): Promise<Finished> {
  const { world, discovery } = ground
  const { key, response, browser = '' } = finishing
  const begun = await takeState(ground, finishing)
  const provider = await findProvider(ground.db, key)
  if (!provider || provider.disabledAt !== null) throw notSignedIn(key, 'provider_disabled')
  const metadata = await discovery.metadataOf(provider.issuer)
  if ('fault' in metadata) throw unavailable(key, metadata.fault)
  requireIssuer(provider, metadata, response)
  if (response.error !== '') throw notSignedIn(key, errorOf(response.error))
  if (!codeForm.test(response.code)) throw notSignedIn(key, 'code_missing')
  const { verifier, nonce } = flowSecrets(browser, response.state)
  const redeemed = await redeem(ground, provider, metadata, { code: response.code, verifier })
  const idToken = await verifyIdToken(ground, provider, metadata, redeemed.idToken, {
    ...{ nonce, freshSince: begun.is_fresh === 1 ? begun.created_at : undefined },
  })
  const identity = {
    ...{ provider: key, issuer: provider.issuer },
    ...{ subject: idToken.subject, label: labelIn(idToken.claims) },
  }
  const asksMore = begun.link_session === null && !(await ground.people.isLinked(ground.db, identity))
  const claims = asksMore
    ? await claimsOfNewcomer(ground, { provider, metadata, idToken, accessToken: redeemed.accessToken })
    : idToken.claims
  return {
    ...{ begun, provider },
    proven: {
      identity: { ...identity, label: identity.label ?? labelIn(claims) },
      newcomer: newcomerOf(provider, claims, finishing.language),
      hasFactor: hasFactor(idToken.claims, provider),
      provenAt: provenAt(idToken.claims, world.now()),
    },
  }
}

/** One browser may come back with a state once, from the provider that it was made for. */
async function takeState(
  { db, world }: UpstreamGround,
  { key, response: { state }, browser }: Finishing,
): Promise<BegunRow> {
  if (!isSecret('state', state)) throw notSignedIn(key, 'state_unknown')
  if (browser === undefined) throw notSignedIn(key, 'browser_unknown')
  const asked = { state_hash: hashSecret(state), provider: key, browser_hash: hashSecret(browser) }
  const begun = await db.transaction((tx) => takeBegun(tx, asked, world.now()))
  if (begun) return begun
  const found = await findBegun(db, asked.state_hash)
  const reason = !found
    ? 'state_unknown'
    : found.provider !== key
      ? 'state_of_another_provider'
      : found.browser_hash !== asked.browser_hash
        ? 'state_of_another_browser'
        : found.used_at !== null
          ? 'state_used'
          : 'state_expired'
  throw notSignedIn(key, reason)
}

/** RFC 9207 section 2.4: whoever answers in the place of another provider names itself. */
function requireIssuer({ key, issuer }: ProviderRow, { namesIssuer }: Metadata, { iss }: Response): void {
  if (iss === '' ? namesIssuer : iss !== issuer) throw notSignedIn(key, 'response_issuer_mismatch')
}

/** The errors of RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6. Whatever else comes is told by its kind alone. */
const errors = [
  ...(['access_denied', 'login_required', 'consent_required', 'interaction_required'] as const),
  ...(['account_selection_required', 'unauthorized_client', 'unsupported_response_type'] as const),
  ...(['invalid_request', 'invalid_scope', 'server_error', 'temporarily_unavailable'] as const),
  // As Apple says that the person went back.
  'user_cancelled_authorize',
] as const

function errorOf(error: string): EventReason {
  const known = errors.find((one) => one === error)
  return known === undefined ? 'provider_error' : `provider_${known}`
}

interface Newly {
  readonly provider: ProviderRow
  readonly metadata: Metadata
  readonly idToken: IdToken
  readonly accessToken: string | undefined
}

/** The claims of somebody who is not known here, with those that only the userinfo endpoint says (OpenID Connect Core section 5.3). */
async function claimsOfNewcomer(
  { outbound }: UpstreamGround,
  { provider, metadata: { userinfoEndpoint }, idToken: { claims, subject }, accessToken }: Newly,
): Promise<Claims> {
  const isWhole = wantedClaims(provider).every((claim) => claims[claim] !== undefined)
  if (isWhole || userinfoEndpoint === undefined || accessToken === undefined) return claims
  const answer = await outbound.get(userinfoEndpoint, { authorization: `Bearer ${accessToken}` })
  if (answer.kind === 'failed') throw unavailable(provider.key, answer.fault)
  const said = objectIn(answer.body)
  // Section 5.3.2: of another person it must not be used.
  if (said?.sub !== subject) throw notSignedIn(provider.key, 'userinfo_subject_mismatch')
  return claimsOf(claims, said)
}

function newcomerOf(
  provider: ProviderRow,
  claims: Claims,
  language: Newcomer['language'],
): Newcomer | undefined {
  if (provider.userType === null) return undefined
  return {
    ...{ userType: provider.userType, language },
    username: nameIn(claims, provider.usernameClaim),
    displayName: nameIn(claims, provider.displayNameClaim),
    address: provenAddress(claims, provider),
  }
}

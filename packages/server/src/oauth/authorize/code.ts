import { application as applicationTarget } from '../../activity/events.ts'
import type { ApplicationRow } from '../../applications/store.ts'
import type { DeviceDetail } from '../../authorization-details.ts'
import type { ClientInfo } from '../../client-info.ts'
import { hashSecret, newSecret } from '../../secrets/secrets.ts'
import { touchSession } from '../../sessions/store.ts'
import { putConsent } from '../consents/store.ts'
import { detailsColumn, toldOf } from '../details.ts'
import type { OauthGround, Present } from '../ground.ts'
import type { AuthorizationRequest } from './request.ts'
import { insertCode } from './store.ts'

/** A code lives as long as FAPI 2.0 lets it (section 5.3.2.1). */
const codeLifeMs = 60_000

interface Granted {
  readonly application: ApplicationRow
  readonly request: AuthorizationRequest
  readonly present: Present
  readonly scopes: readonly string[]
  /** What of the details of the request the person has to give. */
  readonly details: readonly DeviceDetail[] | undefined
  /** The audience of the service that the tokens are for. */
  readonly resource: string | undefined
  /** Whether the person has just let the application in. */
  readonly isAllowed: boolean
}

/**
 * Give an application a code, in the transaction in which what the person allowed is written down; undefined if the session of the
 * browser has ended meanwhile.
 */
export async function grantCode(
  { db, world, activity }: OauthGround,
  { application, request, present, scopes, details, resource, isAllowed }: Granted,
  client: ClientInfo,
): Promise<string | undefined> {
  const { person, session } = present
  const code = newSecret('code', world)
  const { redirectUri, codeChallenge, nonce, jkt, claims } = request
  return db.transaction(async (tx) => {
    const now = world.now()
    if (!(await touchSession(tx, session.id, now))) return undefined
    if (isAllowed) {
      const consent = { user_id: person.id, application: application.id, resource: resource ?? '' }
      await putConsent(tx, { ...consent, scopes, details: detailsColumn(request.details), given_at: now })
    }
    await insertCode(tx, {
      ...{ hash: hashSecret(code), application: application.id, user_id: person.id, session_id: session.id },
      ...{ redirect_uri: redirectUri, scopes, resource: resource ?? null },
      ...{ code_challenge: codeChallenge ?? null, nonce: nonce ?? null, jkt: jkt ?? null },
      ...{ claims: claims === undefined ? null : JSON.stringify(claims), details: detailsColumn(details) },
      ...{ created_at: now, expires_at: now + codeLifeMs, used_at: null, opened: null },
    })
    const who = { subject: person.id, subjectKind: 'user', sessionId: session.id, client } as const
    const told = { scopes: scopes.join(' '), ...toldOf(details), ...(isAllowed && { allowed: true }) }
    await activity.record(tx, who, 'application.authorize', applicationTarget(application.id), {
      details: told,
    })
    return code
  })
}

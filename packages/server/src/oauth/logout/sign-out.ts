import type { ApplicationRow } from '../../applications/store.ts'
import type { ClientInfo } from '../../client-info.ts'
import { endSession } from '../../sessions/end.ts'
import { findSession } from '../../sessions/store.ts'
import { withParameters } from '../authorize/redirects.ts'
import type { OauthGround, Present } from '../ground.ts'
import { type Hint, subjectOfHint } from '../id-tokens/hint.ts'
import type { Parameters, ParameterTable } from '../parameters.ts'
import { framesOf } from './front-channel.ts'

/** OpenID Connect RP-Initiated Logout section 2. */
export const logoutParameters: ParameterTable = {
  id_token_hint: 8192,
  logout_hint: 200,
  client_id: 2048,
  post_logout_redirect_uri: 2048,
  state: 4096,
  ui_locales: 200,
}

export type LogoutFault = 'hint_invalid' | 'client_unknown' | 'client_differs' | 'logout_foreign'

/** A request to sign out that is as it should be. */
export interface LogoutRequest {
  readonly application: ApplicationRow | undefined
  readonly hint: Hint | undefined
  /** Where the person is sent afterwards, with the state; undefined for a page of this server. */
  readonly location: string | undefined
}

/** Judge a request to sign out: nobody is sent to an address that the application has not registered for it. */
export async function readLogoutRequest(
  ground: OauthGround,
  parameters: Parameters,
): Promise<LogoutRequest | LogoutFault> {
  const text = parameters.get('id_token_hint')
  const hint = text === undefined ? undefined : subjectOfHint(ground, text)
  if (text !== undefined && !hint) return 'hint_invalid'
  const named = parameters.get('client_id')
  if (named !== undefined && hint && hint.audience !== named) return 'client_differs'
  const id = named ?? hint?.audience
  const application = id === undefined ? undefined : await ground.findApplication(ground.db, id)
  if (id !== undefined && !application) return 'client_unknown'
  const uri = parameters.get('post_logout_redirect_uri')
  if (uri === undefined) return { application, hint, location: undefined }
  if (!application?.logout_uris.includes(uri)) return 'logout_foreign'
  return { application, hint, location: withState(uri, parameters.get('state')) }
}

function withState(uri: string, state: string | undefined): string {
  return state === undefined ? uri : withParameters(uri, { state })
}

/** Whether the hint is of the session of this very browser: then the application may end it without asking the person. */
export async function isOwnHint(
  { db }: OauthGround,
  { hint }: LogoutRequest,
  { session }: Present,
): Promise<boolean> {
  if (hint?.sessionId === undefined) return false
  const own = await findSession(db, hint.sessionId)
  return own?.within_session === session.id
}

/**
 * End the session of a browser, and with it those of the applications that were let in within it. The pages by which they sign the
 * browser out, for this browser to load.
 */
export async function signOut(
  ground: OauthGround,
  { session, person }: Present,
  client: ClientInfo,
): Promise<readonly string[]> {
  const who = { subject: person.id, subjectKind: 'user', sessionId: session.id, client } as const
  return ground.db.transaction(async (tx) => {
    const frames = await framesOf(ground, tx, session.id)
    await endSession(ground, tx, session.id, 'signed_out', who)
    return frames
  })
}

import { findApplication } from '../../applications/store.ts'
import type { Transaction } from '../../database/database.ts'
import { type Html, html } from '../../pages/page.ts'
import { findSession, findSessionsWithin } from '../../sessions/store.ts'
import { withParameters } from '../authorize/redirects.ts'
import type { OauthGround } from '../ground.ts'

/** So many frames are on one page. */
const mostFrames = 50

/**
 * The pages by which applications sign a browser out whose session ends (OpenID Connect Front-Channel Logout section 3): of each application the
 * session that it opened last, which is the one that the browser has with it.
 */
export async function framesOf(
  { issuer }: Pick<OauthGround, 'issuer'>,
  tx: Transaction,
  sessionId: string,
): Promise<readonly string[]> {
  const last = new Map<string, string>()
  for (const id of await findSessionsWithin(tx, sessionId)) {
    const application = (await findSession(tx, id))?.client_id
    if (application) last.set(application, id)
  }
  const frames: string[] = []
  for (const [id, sid] of last) {
    const row = await findApplication(tx, id)
    const uri = row?.frontchannel_logout_uri
    if (!row || typeof uri !== 'string' || frames.length === mostFrames) continue
    frames.push(row.frontchannel_logout_session_required ? withParameters(uri, { iss: issuer, sid }) : uri)
  }
  return frames
}

/** Nobody looks at them, and they lead this page nowhere. */
export function frameContent(frames: readonly string[]): readonly Html[] {
  return frames.map(
    (uri) =>
      html`<iframe src="${uri}" hidden title="${new URL(uri).host}" sandbox="allow-scripts allow-same-origin" referrerpolicy="no-referrer"></iframe>`,
  )
}

/** What `frame-src` permits. */
export function originsOf(frames: readonly string[]): readonly string[] {
  return [...new Set(frames.map((uri) => new URL(uri).origin))]
}

import { hashSecret, isSecret } from '../../secrets/secrets.ts'
import type { OauthGround } from '../ground.ts'
import { type Parameters, readParameters } from '../parameters.ts'
import type { Asked } from './authorize.ts'
import { authorizationParameters } from './request.ts'
import { usePushed } from './store.ts'

/** What the handle of a pushed request begins with (RFC 9126 section 2.2). */
export const pushedPrefix = 'urn:ietf:params:oauth:request_uri:'

/**
 * The request that an application has pushed before, by its handle: once, and to nobody but this application. Undefined where none is
 * named.
 */
export async function pushedRequest(
  { db, world }: OauthGround,
  parameters: Parameters,
): Promise<Asked | undefined | 'unknown'> {
  const handle = parameters.get('request_uri')
  if (handle === undefined || !handle.startsWith(pushedPrefix)) return undefined
  const secret = handle.slice(pushedPrefix.length)
  const application = parameters.get('client_id')
  if (application === undefined || !isSecret('request', secret)) return 'unknown'
  const used = { hash: hashSecret(secret), application, now: world.now() }
  const row = await db.transaction((tx) => usePushed(tx, used))
  if (!row) return 'unknown'
  const read = readParameters(row.parameters, authorizationParameters)
  return 'fault' in read ? 'unknown' : { parameters: read, isPushed: true, askedAt: undefined }
}

import * as v from 'valibot'
import { findUserByName } from '../../accounts/users/store.ts'
import { usernameKey } from '../../accounts/users/username-key.ts'
import { type Asked, filters, type IdsOf, times } from '../../activity/search.ts'
import type { App } from '../../app.ts'
import { parseUid } from '../../devices/uid.ts'
import { WrongUse } from '../wrong-use.ts'

/** What the log is searched by, as options have it. */
export interface Sought {
  readonly event?: string
  readonly outcome?: string
  readonly reason?: string
  readonly subject?: string
  readonly target?: string
  readonly address?: string
  readonly region?: string
  readonly client?: string
  readonly session?: string
  readonly request?: string
  readonly detail?: string
  readonly text?: string
}
export interface SoughtWithTimes extends Sought {
  readonly from?: string
  readonly to?: string
}

const schema = v.strictObject({ ...filters, ...times })

/** @throws {WrongUse} for an option that is not as it should be */
export function askedOf({ client, session, request, ...sought }: SoughtWithTimes): Asked {
  const given = { ...sought, client_id: client, session_id: session, request_id: request }
  const parsed = v.safeParse(schema, given)
  if (parsed.success) return parsed.output
  const name = String(parsed.issues[0].path?.[0]?.key ?? '').replace(/_id$/, '')
  throw new WrongUse(`--${name} is not as it should be; latchkey activity search --help shows how`)
}

export function idsOf({ db }: Pick<App, 'db'>): IdsOf {
  return async (name) => {
    const user = await findUserByName(db, usernameKey(name))
    return [user?.id, parseUid(name)].filter((id) => id !== undefined)
  }
}

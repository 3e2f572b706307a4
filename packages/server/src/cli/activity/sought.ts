import * as v from 'valibot'
import { findUserByName } from '../../accounts/users/store.ts'
import { usernameKey } from '../../accounts/users/username-key.ts'
import { type Asked, askedSchema, type IdsOf } from '../../activity/search.ts'
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

/** @throws {WrongUse} for an option that is not as it should be */
export function askedOf(sought: SoughtWithTimes): Asked {
  return checked(rawOf(sought))
}

/** What the parameters of `GET /v1/activity` are called. */
export function rawOf({ client, session, request, ...sought }: SoughtWithTimes) {
  const { event, outcome, reason, subject, target, address, region, detail, text, from, to } = sought
  return {
    ...{ event, outcome, reason, subject, target, address, region, detail, text, from, to },
    ...{ client_id: client, session_id: session, request_id: request },
  }
}

/** @throws {WrongUse} for an option that is not as it should be */
export function checked(given: Readonly<Record<string, string | undefined>>): Asked {
  const parsed = v.safeParse(askedSchema, given)
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

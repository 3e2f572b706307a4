import type { Database, Transaction } from '../database/database.ts'
import type { Actor } from '../identity.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import type { World } from '../world.ts'
import { type ActivityEvent, type EventName, type More, type Target, type Who, whoOf } from './events.ts'
import { createRefusalLog } from './refusals.ts'
import type { RegionOf } from './regions.ts'
import { insertEvent } from './store.ts'

/** Where every part writes down what happened. */
export interface Activity {
  /** In the transaction of what happened: one is not stored without the other. */
  record(tx: Transaction, who: Actor | Who, event: EventName, target?: Target, more?: More): Promise<void>
  /** For what has no transaction of its own. */
  recordAlone(who: Actor | Who, event: EventName, target?: Target, more?: More): Promise<void>
  /**
   * Somebody was refused. The first of a subject (or, of strangers, an address), target and reason is a row at once; those
   * that follow are counted, and one row a minute tells how many. A flood of refusals makes a handful of rows.
   * `outcome` is `refused` unless it is said: an alarm is counted alike.
   */
  recordRefusal(who: Actor | Who, event: EventName, target: Target | undefined, more: More): Promise<void>
  /** Write the rows that tell of refusals that were counted a minute ago and more; all of them with `all`. */
  flushRefusals(all?: boolean): Promise<void>
  /** Be told of each event of this process, once it is stored. Returns the way to stop. */
  follow(listener: (event: ActivityEvent) => void): () => void
}

export function createActivity({
  db,
  world,
  regionOf,
}: {
  db: Database
  world: World
  regionOf: RegionOf
}): Activity {
  const listeners = new Set<(event: ActivityEvent) => void>()

  const record: Activity['record'] = async (tx, who, name, target, more = {}) => {
    const { client, ...known } = whoOf(who)
    const address = client?.address || null
    const event: ActivityEvent = {
      id: newIdentifier('evt', world),
      at: world.now(),
      event: name,
      outcome: more.outcome ?? 'success',
      reason: more.reason ?? null,
      subject: known.subject ?? null,
      subject_kind: known.subjectKind ?? null,
      target: target?.id ?? null,
      target_kind: target?.kind ?? null,
      address,
      region: address === null ? null : regionOf(address),
      client_id: known.clientId ?? null,
      session_id: known.sessionId ?? null,
      request_id: client?.requestId ?? null,
      details: more.details ? JSON.stringify(more.details) : null,
    }
    await insertEvent(tx, event)
    if (listeners.size === 0) return
    tx.afterCommit(() => {
      for (const listener of listeners) listener(event)
    })
  }
  const recordAlone: Activity['recordAlone'] = (...happening) =>
    db.transaction((tx) => record(tx, ...happening))
  const refusals = createRefusalLog({ world, write: recordAlone })

  return {
    record,
    recordAlone,
    recordRefusal: refusals.record,
    flushRefusals: refusals.flush,
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

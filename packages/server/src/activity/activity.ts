import type { Database, Transaction } from '../database/database.ts'
import type { Actor } from '../identity.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import type { World } from '../world.ts'
import {
  type ActivityEvent,
  type EventName,
  type Locate,
  type More,
  type Target,
  type Who,
  whoOf,
} from './events.ts'
import { createRefusalLog } from './refusals.ts'
import { insertEvents } from './store.ts'

/** The activity log, as every part writes to it. */
export interface Activity {
  /** Record an event in the transaction of the change, so that neither is stored without the other. The id of the event. */
  record(tx: Transaction, who: Actor | Who, event: EventName, target?: Target, more?: More): Promise<string>
  /** Record the same of each of these, at once. */
  recordEach(
    tx: Transaction,
    who: Actor | Who,
    event: EventName,
    targets: readonly Target[],
    more?: More,
  ): Promise<void>
  /** Record an event that has no transaction of its own. */
  recordAlone(who: Actor | Who, event: EventName, target?: Target, more?: More): Promise<string>
  /**
   * Record a refusal. The first one of a subject (or of an unauthenticated address), target and reason is stored at once; those
   * that follow are counted, and one row a minute has their count, so that a flood of refusals makes few rows.
   * `outcome` is `refused` by default; an alarm is counted in the same way.
   */
  recordRefusal(who: Actor | Who, event: EventName, target: Target | undefined, more: More): Promise<void>
  /** Store the counts of refusals that are a minute old or older; with `all`, every count. */
  flushRefusals(all?: boolean): Promise<void>
  /** Call the listener with each event of this process once it is stored. Returns a function that stops it. */
  follow(listener: (event: ActivityEvent) => void): () => void
}

const nowhere = { region: null, region_day: null }

export function createActivity({
  db,
  world,
  locate,
}: {
  db: Database
  world: World
  locate: Locate
}): Activity {
  const listeners = new Set<(event: ActivityEvent) => void>()

  function eventOf(who: Actor | Who, name: EventName, target: Target | undefined, more: More): ActivityEvent {
    const { client, actedBy, ...known } = whoOf(who)
    const details = actedBy === undefined ? more.details : { ...more.details, acted_by: actedBy }
    const address = client?.address || null
    return {
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
      ...(address === null ? nowhere : locate(address)),
      client_id: known.clientId ?? null,
      session_id: known.sessionId ?? null,
      request_id: client?.requestId ?? null,
      details: details ? JSON.stringify(details) : null,
    }
  }

  async function store(tx: Transaction, events: readonly ActivityEvent[]): Promise<void> {
    await insertEvents(tx, events)
    tx.afterCommit(() => {
      for (const listener of listeners) for (const event of events) listener(event)
    })
  }

  const record: Activity['record'] = async (tx, who, name, target, more = {}) => {
    const event = eventOf(who, name, target, more)
    await store(tx, [event])
    return event.id
  }
  const recordAlone: Activity['recordAlone'] = (...happening) =>
    db.transaction((tx) => record(tx, ...happening))
  const write = async (...happening: Parameters<Activity['recordAlone']>) =>
    void (await recordAlone(...happening))
  const refusals = createRefusalLog({ world, write })

  return {
    record,
    recordEach: (tx, who, name, targets, more = {}) =>
      store(
        tx,
        targets.map((target) => eventOf(who, name, target, more)),
      ),
    recordAlone,
    recordRefusal: refusals.record,
    flushRefusals: refusals.flush,
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

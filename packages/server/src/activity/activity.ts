import type { Database, Transaction } from '../database/database.ts'
import { newIdentifier } from '../secrets/identifiers.ts'
import type { World } from '../world.ts'
import type { ActivityEvent, Happening } from './events.ts'
import type { RegionOf } from './regions.ts'
import { insertEvent } from './store.ts'

/** Where every part writes down what happened. */
export interface Activity {
  /** In the transaction of what happened: one is not stored without the other. */
  record(tx: Transaction, happening: Happening): Promise<void>
  /** For what has no transaction of its own, above all refusals, whose own transaction was undone. */
  recordAlone(happening: Happening): Promise<void>
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

  async function record(tx: Transaction, happening: Happening): Promise<void> {
    const event = eventOf(happening, world, regionOf)
    await insertEvent(tx, event)
    if (listeners.size === 0) return
    tx.afterCommit(() => {
      for (const listener of listeners) listener(event)
    })
  }

  return {
    record,
    recordAlone: (happening) => db.transaction((tx) => record(tx, happening)),
    follow(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function eventOf(happening: Happening, world: World, regionOf: RegionOf): ActivityEvent {
  const address = happening.origin?.address || null
  return {
    id: newIdentifier('evt', world),
    at: world.now(),
    event: happening.event,
    outcome: happening.outcome,
    reason: happening.reason ?? null,
    subject: happening.subject ?? null,
    subject_kind: happening.subjectKind ?? null,
    target: happening.target ?? null,
    target_kind: happening.targetKind ?? null,
    address,
    region: address === null ? null : regionOf(address),
    client_id: happening.clientId ?? null,
    session_id: happening.sessionId ?? null,
    request_id: happening.origin?.requestId ?? null,
    details: happening.details ? JSON.stringify(happening.details) : null,
  }
}

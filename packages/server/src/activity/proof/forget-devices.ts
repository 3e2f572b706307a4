import type { Database, Transaction } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import type { Ground } from '../../ground.ts'
import { operator } from '../../identity.ts'
import { eachSegmentNaming } from '../archive/forget.ts'
import { findEvents } from '../archive/reading.ts'
import { forgetAddressOf, holdCounting } from '../statistics/forget.ts'
import { type ActivityRow, findEventsOfAfter, forgetParts } from '../store.ts'
import { commit, nameFor, partOf, saltOf, shownCommitment } from './entry.ts'
import { withoutParts } from './forgotten.ts'
import type { Subjects } from './subjects.ts'

const batch = 500
const mostBinds = 10_000

/** When somebody owned a device: from when on, and before when it was bound again. */
interface Owned {
  readonly uid: string
  readonly from: number
  readonly until: number
}

/**
 * Take from where their devices connected out of the log, for the time in which they owned them: it is where they live. Their own
 * events say when that was, so it is done before these are forgotten. What else the devices did stays.
 */
export async function forgetPlacesOfDevices(
  { db, world, activity }: Pick<Ground, 'db' | 'world' | 'activity'>,
  subjects: Subjects,
  name: string,
  stopping: AbortSignal,
): Promise<void> {
  const keys: number[] = []
  for (const owned of await ownedBy(db, name)) {
    if (stopping.aborted) return
    const key = await subjects.find(db, owned.uid)
    if (key?.secret === undefined) continue
    const places = placesIn(owned, { id: key.id, secret: key.secret })
    const inTable = await forgetInTable(db, owned, places, world.now)
    const inArchive = await forgetInArchive(db, owned, places, world.now)
    if (inTable || inArchive) keys.push(key.id)
  }
  if (keys.length === 0) return
  // By whose key the log has forgotten places, without that key being gone.
  const details = { places_of: [...new Set(keys)].join(' ') }
  await activity.recordAlone(operator, 'log.forget', undefined, { details })
}

/** From each time that they bound a device, until it was bound again: if that was by themselves, they go on from there. */
async function ownedBy(db: Database, name: string): Promise<readonly Owned[]> {
  const bound = await findEvents(db, { event: 'device.bind', subject: name, outcome: 'success' }, mostBinds)
  const owned: Owned[] = []
  for (const { target: uid, at: from } of bound) {
    if (uid === null) continue
    const all = await findEvents(db, { event: 'device.bind', target: uid, outcome: 'success' }, mostBinds)
    const later = all.filter(({ at }) => at > from).map(({ at }) => at)
    owned.push({ uid, from, until: Math.min(Number.MAX_SAFE_INTEGER, ...later) })
  }
  return owned
}

/** The commitment to the place of an event, if it is of the device and of that time. */
type PlaceOf = (event: ActivityRow) => string | undefined

function placesIn(
  { uid, from, until }: Owned,
  key: { readonly id: number; readonly secret: Buffer },
): PlaceOf {
  return (event) => {
    const text = partOf(event, 'place')
    const isOfThem = event.at >= from && event.at < until && nameFor(event, 'place') === uid
    if (text === null || event.address === null || !isOfThem) return undefined
    return shownCommitment({ key: key.id, hash: commit(saltOf(key.secret, event.id, 'place'), text) })
  }
}

async function forgetInTable(
  db: Database,
  { uid }: Owned,
  placeOf: PlaceOf,
  now: () => number,
): Promise<boolean> {
  let isAny = false
  const theirs = pages(
    '',
    batch,
    (after, most) => findEventsOfAfter(db, uid, after, most),
    (event) => event.id,
  )
  for await (const events of theirs) {
    const found = events.filter((event) => event.seq !== null && placeOf(event) !== undefined)
    if (found.length === 0) continue
    await db.transaction((tx) => forgetEach(tx, found, placeOf, now()))
    isAny = true
  }
  return isAny
}

async function forgetEach(
  tx: Transaction,
  events: readonly ActivityRow[],
  placeOf: PlaceOf,
  now: number,
): Promise<void> {
  await holdCounting(tx, now)
  for (const event of events) {
    await forgetAddressOf(tx, event)
    await forgetParts(tx, event.id, { place: placeOf(event)! })
  }
}

async function forgetInArchive(
  db: Database,
  { uid }: Owned,
  placeOf: PlaceOf,
  now: () => number,
): Promise<boolean> {
  return eachSegmentNaming(db, uid, {
    forget(event) {
      const place = placeOf(event)
      return place === undefined ? event : withoutParts(event, { place })
    },
    async beside(tx, events) {
      await holdCounting(tx, now())
      for (const event of events) if (placeOf(event) !== undefined) await forgetAddressOf(tx, event)
    },
  })
}

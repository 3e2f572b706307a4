import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestApp, type TestApp } from '../../../test/app.ts'
import { temporaryStorage } from '../../../test/storages.ts'
import type { Reader, Transaction } from '../../database/database.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { archiveUntil } from '../archive/archive.ts'
import { dayMs } from '../archive/retention.ts'
import { backUp } from '../backup/backup.ts'
import { directoryPlace } from '../backup/directory.ts'
import { packing } from '../backup/packing.ts'
import { restore } from '../backup/restore.ts'
import type { ActivityEvent } from '../events.ts'
import { insertEvents } from '../store.ts'
import {
  consistencyProof,
  emptyRoot,
  inclusionProof,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts'
import { parseVerifierKey } from './notes.ts'
import { putTile } from './store.ts'
import { openNodes, readTile, rootOfTile, tileWidth } from './tiles.ts'
import { type Verified, verifyLog } from './verify.ts'

// A log of so many events that its tree has tiles of three levels: a full one above 256 full ones, and the first of the third.
const full = tileWidth ** 2
const count = full + 300

let house: TestApp
let size: number
let keys: ReturnType<typeof parseVerifierKey>[]
before(async () => {
  house = await openTestApp('sqlite')
  const { world, app } = house
  const eventOf = (): ActivityEvent => ({
    ...{ id: newIdentifier('evt', world), at: world.now(), event: 'server.start', outcome: 'success' },
    ...{ reason: null, subject: null, subject_kind: null, target: null, target_kind: null, details: null },
    ...{ address: null, region: null, region_day: null, client_id: null, session_id: null, request_id: null },
  })
  const events = Array.from({ length: count }, eventOf)
  await app.db.transaction((tx) => insertEvents(tx, events))
  size = await app.proof.ground.sequencer.settle()
  await app.proof.ground.checkpoints.make()
  keys = (await app.proof.ground.signers.vkeys()).map(parseVerifierKey)
})
after(() => house.close())

const verify = (db: Reader): Promise<Verified> =>
  verifyLog({ db, subjects: house.app.proof.ground.subjects, keys, kept: [] })

/** What is found where somebody who has the database has done this to it: where, and what. */
async function foundAfter(act: (tx: Transaction) => Promise<unknown>): Promise<string[]> {
  let found: Verified | undefined
  const undo = new Error('undone')
  const attempt = house.app.db.transaction(async (tx) => {
    await act(tx)
    found = await verify(tx)
    throw undo
  })
  await assert.rejects(attempt, undo)
  return (found ?? assert.fail()).findings.map(
    ({ kind, from, to, says }) => `${kind} ${from} to ${to}: ${says}`,
  )
}

/** What is said of a tile that the one above it does not know: by the leaves in it, or by the last of those of a level above. */
function aboveDisagrees(level: number, n: number): string {
  const last = (n + 1) * tileWidth ** (level + 1)
  const says = `tile ${level}/${n} of the tree is not the one that the tile above has`
  return `tree_damaged ${last - tileWidth} to ${last - 1}: ${says}`
}

/** Put another hash at a place of a tile. */
async function replaceHash(tx: Transaction, level: number, n: number, at: number, hash: Buffer = emptyRoot) {
  const tile = await readTile(tx, level, n)
  const hashes = Buffer.concat(tile.with(at, hash)).toString('base64')
  await putTile(tx, { level, n, width: tile.length, hashes })
  return rootOfTile(tile.with(at, hash))
}

test('a tree of three levels of tiles verifies, and its newest events as well as its oldest are proven to be in it', async () => {
  assert.ok(size > full + tileWidth)
  const widths = await house.app.db.query<{ level: number; tiles: number }>(
    'SELECT level, COUNT(*) AS tiles FROM activity_tiles GROUP BY level ORDER BY level',
  )
  assert.deepEqual(widths, [
    { level: 0, tiles: Math.ceil(size / tileWidth) },
    { level: 1, tiles: 2 },
    { level: 2, tiles: 1 },
  ])
  const { findings, events, root } = await verify(house.app.db)
  assert.deepEqual([findings, events], [[], size])

  for (const index of [0, full - 1, full, full + tileWidth, size - 1]) {
    const read = await openNodes(house.app.db, [size], [index])
    const leaf = (await readTile(house.app.db, 0, Math.floor(index / tileWidth)))[index % tileWidth]!
    const at = { index, size, root: Buffer.from(root, 'base64') }
    const proof = inclusionProof(read, index, size)
    assert.equal(verifyInclusion({ leaf, ...at }, proof), true, `${index}`)
    assert.equal(verifyInclusion({ leaf: emptyRoot, ...at }, proof), false, `${index}`)
  }
  for (const old of [1, tileWidth, full - 1, full, full + 1, size - 1]) {
    const read = await openNodes(house.app.db, [old, size])
    const heads = [old, size].map((of) => ({ size: of, root: rootOf(read, of) })) as [Head, Head]
    assert.equal(verifyConsistency(...heads, consistencyProof(read, old, size)), true, `${old}`)
    assert.equal(
      verifyConsistency({ size: old, root: emptyRoot }, heads[1], consistencyProof(read, old, size)),
      false,
    )
  }
})
type Head = Parameters<typeof verifyConsistency>[0]

const damages: Readonly<
  Record<string, { act: (tx: Transaction) => Promise<unknown>; found: readonly string[] }>
> = {
  'a hash of the second level that stands for the last tile below': {
    act: (tx) => replaceHash(tx, 1, 0, 255),
    found: [aboveDisagrees(0, 255), aboveDisagrees(1, 0)],
  },
  'a hash of the second level that stands for a tile in the middle': {
    act: (tx) => replaceHash(tx, 1, 0, 100),
    found: [aboveDisagrees(0, 100), aboveDisagrees(1, 0)],
  },
  'a hash of the third level': { act: (tx) => replaceHash(tx, 2, 0, 0), found: [aboveDisagrees(1, 0)] },
  'a leaf, with the hash above it': {
    act: async (tx) => replaceHash(tx, 1, 0, 7, await replaceHash(tx, 0, 7, 0)),
    found: [
      `event_changed ${7 * tileWidth} to ${7 * tileWidth}: event ${7 * tileWidth} is not what was recorded`,
      aboveDisagrees(1, 0),
    ],
  },
  'a leaf, with all hashes above it': {
    act: async (tx) => {
      const above = await replaceHash(tx, 1, 0, 7, await replaceHash(tx, 0, 7, 0))
      await replaceHash(tx, 2, 0, 0, above)
    },
    found: [
      `event_changed ${7 * tileWidth} to ${7 * tileWidth}: event ${7 * tileWidth} is not what was recorded`,
    ],
  },
}
for (const [name, { act, found }] of Object.entries(damages)) {
  test(`${name} is found where it was changed`, async () => {
    assert.deepEqual(await foundAfter(act), found)
  })
}

test('such a log is archived, backed up and restored as it was', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-tall-'))
  const storage = await temporaryStorage('sqlite', { migrated: true })
  t.after(async () => {
    rmSync(directory, { recursive: true })
    await storage.remove()
  })
  assert.equal(await archiveUntil(house.app, house.world.now() + dayMs), size)
  const { proof, masterKey } = house.app
  const place = directoryPlace(directory)
  const backed = await backUp({ ...proof.ground, db: house.app.db }, { place, packing: packing([]) })
  const { findings, events, root } = await verify(house.app.db)
  assert.deepEqual([findings, backed.wrong, backed.size], [[], [], events])
  // It has the events of the archiving, too.
  assert.ok(events > size)

  const db = await storage.open()
  await restore(db, { place, masterKey, identities: [], vkeys: await proof.ground.signers.vkeys() })
  const restored = await verify(db)
  assert.deepEqual([restored.findings, restored.events, restored.root], [[], events, root])
})

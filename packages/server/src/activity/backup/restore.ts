import * as v from 'valibot'
import type { Database, Reader } from '../../database/database.ts'
import { pages } from '../../database/pages.ts'
import type { MasterKey } from '../../secrets/master-key.ts'
import { kinds } from '../archive/kinds.ts'
import { hasSegments, insertSegments } from '../archive/store.ts'
import { rootOf } from '../proof/merkle.ts'
import { parseVerifierKey } from '../proof/notes.ts'
import { sealedSigners } from '../proof/signers.ts'
import {
  findSigners,
  findSubjects,
  findTree,
  holdTree,
  insertCheckpoints,
  insertSigners,
  insertSubjects,
  putHold,
  type SignerRow,
  type SubjectRow,
  setTree,
} from '../proof/store.ts'
import { sealedSubjects } from '../proof/subjects.ts'
import { appendLeaves, openNodes } from '../proof/tiles.ts'
import { findUnsequenced, insertRestored } from '../store.ts'
import { createLineReader, type ReadLine } from './lines.ts'
import { hashOf, type ListedFile, type Manifest, manifestName, readList, readManifest } from './manifest.ts'
import { unpack } from './packing.ts'
import type { BackupPlace } from './place.ts'

export interface RestoreWork {
  readonly place: BackupPlace
  readonly masterKey: MasterKey
  /** Secret keys of age, for encrypted files. */
  readonly identities: readonly string[]
  /** The verifier keys of the log; those in the backup if there are none, which its own writer could have put there. */
  readonly vkeys: readonly string[]
  readonly onProgress?: (done: number, of: number) => void
}

const transactionSize = 512

/**
 * Give a log back to a database that has none: every event, its tree, its checkpoints and its keys. One that was interrupted goes
 * on where it was. It does not give back accounts or devices: they are in a backup of the database.
 * @throws {Error} if the database has a log of its own, the backup is not whole, or the master key is another
 */
export async function restore(db: Database, work: RestoreWork): Promise<Manifest> {
  const { place, masterKey, identities, onProgress } = work
  if ((await findUnsequenced(db, 1)).length > 0) throw notEmpty()
  const keys = readKeys(await unpack(await keysFile(place), identities))
  const { manifest, files } = await readFiles(
    place,
    work.vkeys.length > 0 ? work.vkeys : keys.signers.map(({ vkey }) => vkey),
  )
  const secrets = openKeys(keys.subjects, masterKey)
  checkSigners(keys.signers, masterKey)
  const read = createLineReader((key) => secrets.get(key))
  if ((await findTree(db)).next_key === 1) await insertKeys(db, keys)
  // A database of another log, or of another backup of this one: events of both would be mixed.
  else if (!(await hasTheseKeys(db, keys))) throw notEmpty()
  const { size: done } = await findTree(db)
  if (done > manifest.size) throw notEmpty()

  let first = 0
  for (const file of files.filter(({ events }) => events > 0)) {
    const until = first + file.events
    if (until > done) {
      const lines = (await listedText(place, file, identities)).split('\n').filter(Boolean).map(read)
      if (lines.length !== file.events || lines.some(({ seq }, i) => seq !== first + i)) {
        throw new Error(`${file.name} has not the events that it should have`)
      }
      await insertLines(db, lines)
    }
    first = until
    onProgress?.(first, manifest.size)
  }
  await insertLog(db, files, place, identities)
  const { size } = await findTree(db)
  const root = size === 0 ? undefined : rootOf(await openNodes(db, [size]), size)
  if (size !== manifest.size || !root?.equals(manifest.root)) {
    throw new Error('what was restored is not the log of which the backup tells')
  }
  return manifest
}

const notEmpty = () => new Error('the database has a log of its own: restore into an empty data directory')

const endings = ['.zst', '.zst.age']

async function keysFile(place: BackupPlace): Promise<Uint8Array> {
  for (const ending of endings) {
    const bytes = await place.get(`keys.ndjson${ending}`)
    if (bytes !== undefined) return bytes
  }
  throw new Error(`there is no backup of a log in ${place.shown}`)
}

const nullableText = v.nullable(v.string())
const subjectLine = v.strictObject({
  subject: v.strictObject({
    ...{ name_hash: v.string(), id: v.number(), secret_sealed: nullableText },
    ...{ created_at: v.number(), forget: nullableText, forgotten_at: v.nullable(v.number()) },
  }),
})
const signerLine = v.strictObject({
  signer: v.strictObject({
    ...{ vkey: v.string(), purpose: v.picklist(['log', 'witness']), name: v.string() },
    ...{ private_sealed: v.string(), created_at: v.number(), retired_at: v.nullable(v.number()) },
  }),
})
const holdLine = v.strictObject({
  hold: v.strictObject({
    ...{ subject: v.string(), reason: v.string(), placed_at: v.number() },
    ...{ placed_by: nullableText, ends_at: v.nullable(v.number()) },
  }),
})
const keyLine = v.union([subjectLine, signerLine, holdLine])

interface Keys {
  readonly subjects: SubjectRow[]
  readonly signers: SignerRow[]
  readonly holds: v.InferOutput<typeof holdLine>['hold'][]
}

function readKeys(text: string): Keys {
  const keys: Keys = { subjects: [], signers: [], holds: [] }
  for (const line of text.split('\n').filter(Boolean)) {
    const read = v.parse(keyLine, JSON.parse(line))
    if ('subject' in read) keys.subjects.push(read.subject)
    else if ('signer' in read) keys.signers.push(read.signer)
    else keys.holds.push(read.hold)
  }
  return keys
}

/** The secrets of those who were not forgotten, by the ids of their keys. */
function openKeys(subjects: readonly SubjectRow[], masterKey: MasterKey): ReadonlyMap<number, Buffer> {
  const secrets = new Map<number, Buffer>()
  for (const { id, name_hash: nameHash, secret_sealed: sealed } of subjects) {
    if (sealed === null) continue
    secrets.set(id, Buffer.from(opened(masterKey, sealed, sealedSubjects.contextOf(nameHash)), 'base64url'))
  }
  return secrets
}

function checkSigners(signers: readonly SignerRow[], masterKey: MasterKey): void {
  for (const { vkey, private_sealed: sealed } of signers)
    opened(masterKey, sealed, sealedSigners.contextOf(vkey))
}

function opened(masterKey: MasterKey, sealed: string, context: string): string {
  try {
    return masterKey.open(sealed, context)
  } catch {
    throw new Error(
      'the master key is not the one of the log that was backed up: put its master.key into the data directory',
    )
  }
}

async function readFiles(
  place: BackupPlace,
  vkeys: readonly string[],
): Promise<{ readonly manifest: Manifest; readonly files: readonly ListedFile[] }> {
  const note = await place.get(manifestName)
  if (note === undefined) throw new Error(`the backup in ${place.shown} was never finished`)
  const manifest = readManifest(Buffer.from(note).toString(), vkeys.map(parseVerifierKey))
  const list = await place.get(manifest.list)
  if (list === undefined || hashOf(list) !== manifest.listHash) {
    throw new Error('the list of the files of the backup is not the one that was signed')
  }
  return { manifest, files: readList(Buffer.from(list).toString()) }
}

async function listedText(
  place: BackupPlace,
  file: ListedFile,
  identities: readonly string[],
): Promise<string> {
  const bytes = await place.get(file.name)
  if (bytes === undefined) throw new Error(`${file.name} is not there`)
  if (hashOf(bytes) !== file.sha256) throw new Error(`${file.name} is not what was backed up`)
  return unpack(bytes, identities)
}

/** Whether a database has the keys of a backup and no others. */
async function hasTheseKeys(db: Reader, { subjects, signers }: Keys): Promise<boolean> {
  const missing = new Set([...subjects.map(keyOf), ...signers.map(({ vkey }) => vkey)])
  for (const purpose of ['log', 'witness'] as const) {
    for (const { vkey } of await findSigners(db, purpose)) if (!missing.delete(vkey)) return false
  }
  const stored = pages(
    '',
    transactionSize,
    (after, most) => findSubjects(db, after, most),
    (row) => row.name_hash,
  )
  for await (const rows of stored) {
    for (const row of rows) if (!missing.delete(keyOf(row))) return false
  }
  return missing.size === 0
}

const keyOf = ({ name_hash: hash, id, secret_sealed: sealed, forget }: SubjectRow) =>
  JSON.stringify([hash, id, sealed, forget])

async function insertKeys(db: Database, { subjects, signers, holds }: Keys): Promise<void> {
  await db.transaction(async (tx) => {
    const tree = await holdTree(tx)
    await insertSubjects(tx, subjects)
    await insertSigners(tx, signers)
    for (const hold of holds) await putHold(tx, hold)
    const next = Math.max(1, ...subjects.map(({ id }) => id + 1))
    const forgets = subjects.filter(({ forgotten_at: at }) => at !== null).length
    await setTree(tx, { ...tree, next_key: next, forgets })
  })
}

/** Rows and leaves together, so that an interruption leaves a shorter log. */
async function insertLines(db: Database, lines: readonly ReadLine[]): Promise<void> {
  for (let at = 0; at < lines.length; at += transactionSize) {
    const some = lines.slice(at, at + transactionSize)
    await db.transaction(async (tx) => {
      const tree = await holdTree(tx)
      const rest = some.filter(({ seq }) => seq >= tree.size)
      if (rest.length === 0) return
      await insertRestored(
        tx,
        rest.flatMap(({ event }) => event ?? []),
      )
      await appendLeaves(
        tx,
        tree.size,
        rest.map(({ hash }) => hash),
      )
      await setTree(tx, { ...tree, size: tree.size + rest.length })
    })
  }
}

const checkpointLine = v.strictObject({
  checkpoint: v.strictObject({ size: v.number(), at: v.number(), note: v.string() }),
})
const droppedLine = v.strictObject({
  dropped: v.strictObject({
    ...{ id: v.number(), first: v.number(), kind: v.picklist(kinds), until: v.number(), day: v.string() },
    ...{ count: v.number(), places: v.string(), min_id: v.string(), max_id: v.string() },
    ...{
      min_at: v.number(),
      max_at: v.number(),
      length: v.number(),
      sha256: v.null(),
      dropped_at: v.number(),
    },
  }),
})
const logLine = v.union([checkpointLine, droppedLine])

async function insertLog(
  db: Database,
  files: readonly ListedFile[],
  place: BackupPlace,
  identities: readonly string[],
): Promise<void> {
  const file = files.find(({ name }) => name.startsWith('logs/'))
  if (file === undefined) throw new Error('the backup has not what the log said of itself')
  const lines = (await listedText(place, file, identities)).split('\n').filter(Boolean)
  const read = lines.map((line) => v.parse(logLine, JSON.parse(line)))
  await db.transaction(async (tx) => {
    await holdTree(tx)
    await insertCheckpoints(
      tx,
      read.flatMap((one) => ('checkpoint' in one ? one.checkpoint : [])),
    )
    const dropped = read.flatMap((one) => ('dropped' in one ? one.dropped : []))
    // It was interrupted behind this.
    if (await hasSegments(tx)) return
    await insertSegments(
      tx,
      dropped.map((row) => ({
        ...row,
        // The events that are left of these places are archived again, under the ids of segments.
        id: -1 - Math.abs(row.id),
        places: Buffer.from(row.places, 'base64'),
        content: null,
      })),
    )
  })
}

import type { Reader, Transaction } from '../../database/database.ts'
import { inBatches, insertInto } from '../../database/insert.ts'
import type { SealedRow } from '../../secrets/resealing.ts'

/** How far the tree of the log has come. */
export interface TreeRow {
  readonly size: number
  /** The id that the key of the next subject gets. */
  readonly next_key: number
  /** How often somebody was forgotten. */
  readonly forgets: number
}

export async function findTree(reader: Reader): Promise<TreeRow> {
  const [row] = await reader.query<TreeRow>('SELECT size, next_key, forgets FROM activity_tree')
  if (row === undefined) throw new Error('the log has no tree')
  return row
}

/** The same, held until the transaction ends: one process at a time adds to the tree. */
export async function holdTree(tx: Transaction): Promise<TreeRow> {
  const [row] = await tx.query<TreeRow>(
    'UPDATE activity_tree SET size = size WHERE name = $1 RETURNING size, next_key, forgets',
    'activity',
  )
  if (row === undefined) throw new Error('the log has no tree')
  return row
}

export async function setTree(tx: Transaction, { size, next_key, forgets }: TreeRow): Promise<void> {
  await tx.query('UPDATE activity_tree SET size = $1, next_key = $2, forgets = $3', size, next_key, forgets)
}

export interface TileRow {
  readonly level: number
  readonly n: number
  readonly width: number
  /** Base64 of the hashes, one behind the other. */
  readonly hashes: string
}

export async function findTile(reader: Reader, level: number, n: number): Promise<TileRow | undefined> {
  const [row] = await reader.query<TileRow>(
    'SELECT level, n, width, hashes FROM activity_tiles WHERE level = $1 AND n = $2',
    level,
    n,
  )
  return row
}

/** A tile grows until it is full. */
export async function putTile(tx: Transaction, { level, n, width, hashes }: TileRow): Promise<void> {
  await tx.query(
    `INSERT INTO activity_tiles (level, n, width, hashes) VALUES ($1, $2, $3, $4)
     ON CONFLICT (level, n) DO UPDATE SET width = excluded.width, hashes = excluded.hashes`,
    level,
    n,
    width,
    hashes,
  )
}

/** The key of a subject, by a hash of its name. */
export interface SubjectRow {
  readonly name_hash: string
  readonly id: number
  /** Null once the subject was forgotten. */
  readonly secret_sealed: string | null
  readonly created_at: number
  /** The name of a subject that is being forgotten. */
  readonly forget: string | null
  readonly forgotten_at: number | null
}

export async function findSubject(reader: Reader, nameHash: string): Promise<SubjectRow | undefined> {
  const [row] = await reader.query<SubjectRow>(
    'SELECT * FROM activity_subjects WHERE name_hash = $1',
    nameHash,
  )
  return row
}

const findEach = inBatches((size) => {
  const places = Array.from({ length: size }, (_, at) => `$${at + 1}`).join(', ')
  return `SELECT * FROM activity_subjects WHERE name_hash IN (${places})`
})

/** Those of these hashes that have a row, in no order. */
export async function findSubjectsOf(tx: Transaction, nameHashes: readonly string[]): Promise<SubjectRow[]> {
  return findEach(tx, nameHashes, (nameHash) => [nameHash])
}

/** All of them, in the order of their hashes. */
export async function findSubjects(reader: Reader, after: string, most: number): Promise<SubjectRow[]> {
  return reader.query<SubjectRow>(
    'SELECT * FROM activity_subjects WHERE name_hash > $1 ORDER BY name_hash LIMIT $2',
    after,
    most,
  )
}

export const insertSubjects = insertInto<keyof SubjectRow>('activity_subjects', [
  'name_hash',
  'id',
  'secret_sealed',
  'created_at',
  'forget',
  'forgotten_at',
])

/** Begin to forget a subject. One that was forgotten before stays so. */
export async function setForget(tx: Transaction, nameHash: string, name: string): Promise<void> {
  await tx.query(
    'UPDATE activity_subjects SET forget = $2 WHERE name_hash = $1 AND forgotten_at IS NULL',
    nameHash,
    name,
  )
}

/** Those who are to be forgotten and are not held. */
export async function findToForget(reader: Reader, now: number, most: number): Promise<SubjectRow[]> {
  return reader.query<SubjectRow>(
    `SELECT * FROM activity_subjects WHERE forget IS NOT NULL AND NOT EXISTS (
       SELECT 1 FROM activity_holds WHERE subject = forget AND (ends_at IS NULL OR ends_at > $1)
     ) ORDER BY name_hash LIMIT $2`,
    now,
    most,
  )
}

/** A legal hold: what the log says of somebody stays as it is. Times are milliseconds since the epoch. */
export interface HoldRow {
  readonly subject: string
  readonly reason: string
  readonly placed_at: number
  readonly placed_by: string | null
  readonly ends_at: number | null
}

export async function findHolds(reader: Reader, after: string, most: number): Promise<HoldRow[]> {
  return reader.query<HoldRow>(
    'SELECT * FROM activity_holds WHERE subject > $1 ORDER BY subject LIMIT $2',
    after,
    most,
  )
}

export async function putHold(tx: Transaction, row: HoldRow): Promise<void> {
  await tx.query(
    `INSERT INTO activity_holds (subject, reason, placed_at, placed_by, ends_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (subject) DO UPDATE SET reason = excluded.reason, placed_at = excluded.placed_at,
       placed_by = excluded.placed_by, ends_at = excluded.ends_at`,
    row.subject,
    row.reason,
    row.placed_at,
    row.placed_by,
    row.ends_at,
  )
}

export async function deleteHold(tx: Transaction, subject: string): Promise<boolean> {
  const deleted = await tx.query('DELETE FROM activity_holds WHERE subject = $1 RETURNING subject', subject)
  return deleted.length > 0
}

/** Forget who has placed holds. */
export async function forgetHolder(tx: Transaction, holder: string): Promise<void> {
  await tx.query('UPDATE activity_holds SET placed_by = NULL WHERE placed_by = $1', holder)
}

/** Destroy the key of a subject that no row of the log tells of any more. The tree is held. */
export async function setForgotten(tx: Transaction, nameHash: string, now: number): Promise<void> {
  await tx.query(
    'UPDATE activity_subjects SET secret_sealed = NULL, forget = NULL, forgotten_at = $2 WHERE name_hash = $1',
    nameHash,
    now,
  )
}

/** The ids of the keys that were destroyed, or are about to be. */
export async function findForgottenKeys(reader: Reader): Promise<number[]> {
  const rows = await reader.query<{ id: number }>(
    'SELECT id FROM activity_subjects WHERE forgotten_at IS NOT NULL OR forget IS NOT NULL ORDER BY id',
  )
  return rows.map(({ id }) => id)
}

export async function findSealedSubjects(reader: Reader, after: string, most: number): Promise<SealedRow[]> {
  return reader.query<SealedRow>(
    `SELECT name_hash AS id, secret_sealed AS sealed FROM activity_subjects
      WHERE name_hash > $1 AND secret_sealed IS NOT NULL ORDER BY name_hash LIMIT $2`,
    after,
    most,
  )
}

export async function replaceSealedSubject(
  tx: Transaction,
  { id, sealed: old }: SealedRow,
  sealed: string,
): Promise<boolean> {
  const changed = await tx.query(
    'UPDATE activity_subjects SET secret_sealed = $3 WHERE name_hash = $1 AND secret_sealed = $2 RETURNING id',
    id,
    old,
    sealed,
  )
  return changed.length > 0
}

/** Signs the checkpoints of the log, or those of others as their witness. */
export interface SignerRow {
  /** The verifier key (C2SP signed-note). */
  readonly vkey: string
  readonly purpose: 'log' | 'witness'
  readonly name: string
  readonly private_sealed: string
  readonly created_at: number
  readonly retired_at: number | null
}

/** Newest first: the first of a purpose that is not retired signs. */
export async function findSigners(reader: Reader, purpose: SignerRow['purpose']): Promise<SignerRow[]> {
  return reader.query<SignerRow>(
    'SELECT * FROM activity_signers WHERE purpose = $1 ORDER BY created_at DESC, vkey',
    purpose,
  )
}

export const insertSigners = insertInto<keyof SignerRow>('activity_signers', [
  'vkey',
  'purpose',
  'name',
  'private_sealed',
  'created_at',
  'retired_at',
])

export async function retireSigners(
  tx: Transaction,
  purpose: SignerRow['purpose'],
  now: number,
): Promise<void> {
  await tx.query(
    'UPDATE activity_signers SET retired_at = $2 WHERE purpose = $1 AND retired_at IS NULL',
    purpose,
    now,
  )
}

export async function findSealedSigners(reader: Reader, after: string, most: number): Promise<SealedRow[]> {
  return reader.query<SealedRow>(
    'SELECT vkey AS id, private_sealed AS sealed FROM activity_signers WHERE vkey > $1 ORDER BY vkey LIMIT $2',
    after,
    most,
  )
}

export async function replaceSealedSigner(
  tx: Transaction,
  { id, sealed: old }: SealedRow,
  sealed: string,
): Promise<boolean> {
  const changed = await tx.query(
    'UPDATE activity_signers SET private_sealed = $3 WHERE vkey = $1 AND private_sealed = $2 RETURNING vkey',
    id,
    old,
    sealed,
  )
  return changed.length > 0
}

export interface CheckpointRow {
  readonly size: number
  readonly at: number
  readonly note: string
}

export const insertCheckpoints = insertInto<keyof CheckpointRow>(
  'activity_checkpoints',
  ['size', 'at', 'note'],
  'ON CONFLICT (size) DO NOTHING',
)

/** The newest first, of those below a size. */
export async function findCheckpoints(reader: Reader, below: number, most: number): Promise<CheckpointRow[]> {
  return reader.query<CheckpointRow>(
    'SELECT * FROM activity_checkpoints WHERE size < $1 ORDER BY size DESC LIMIT $2',
    below,
    most,
  )
}

/** From a size on, the smallest first. */
export async function findCheckpointsFrom(
  reader: Reader,
  size: number,
  most: number,
): Promise<CheckpointRow[]> {
  return reader.query<CheckpointRow>(
    'SELECT * FROM activity_checkpoints WHERE size >= $1 ORDER BY size LIMIT $2',
    size,
    most,
  )
}

/** Put a signature under a checkpoint. */
export async function addToCheckpoint(tx: Transaction, size: number, line: string): Promise<void> {
  await tx.query('UPDATE activity_checkpoints SET note = note || $2 WHERE size = $1', size, line)
}

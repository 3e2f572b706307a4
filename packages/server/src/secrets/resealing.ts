import type { Database, Reader, Transaction } from '../database/database.ts'
import { pages } from '../database/pages.ts'
import type { MasterKey } from './master-key.ts'

/** What the master key has sealed, by what names it. */
export interface SealedRow {
  readonly id: string
  readonly sealed: string
}

/** Rows of one kind that hold something sealed, as their part gives them. */
export interface SealedRows {
  /** For the report. */
  readonly name: string
  /** The rows behind `after`, by their id. */
  find(reader: Reader, after: string, most: number): Promise<readonly SealedRow[]>
  /** Seal anew, if nobody has changed it since. */
  replace(tx: Transaction, row: SealedRow, sealed: string): Promise<boolean>
  /** What the sealed text is for. */
  contextOf(id: string): string
}

const batch = 200

/**
 * Seal everything with the key that seals now that another one has sealed. May be ended at any moment and begun again: a row is
 * sealed anew or as it was, and either key opens it.
 *
 * @returns how many rows of each kind were sealed anew.
 */
export async function resealAll(
  db: Database,
  masterKey: MasterKey,
  kinds: readonly SealedRows[],
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {}
  for (const kind of kinds) counts[kind.name] = await resealKind(db, masterKey, kind)
  return counts
}

async function resealKind(db: Database, masterKey: MasterKey, kind: SealedRows): Promise<number> {
  let count = 0
  const all = pages(
    '',
    batch,
    (after, most) => kind.find(db, after, most),
    (row) => row.id,
  )
  for await (const rows of all) {
    const old = rows.filter(({ id, sealed }) => !masterKey.isCurrent(sealed, kind.contextOf(id)))
    await db.transaction(async (tx) => {
      for (const row of old) {
        const context = kind.contextOf(row.id)
        const sealed = masterKey.seal(masterKey.open(row.sealed, context), context)
        if (await kind.replace(tx, row, sealed)) count += 1
      }
    })
  }
  return count
}

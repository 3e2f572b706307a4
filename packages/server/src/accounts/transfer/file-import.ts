import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Ground } from '../../ground.ts'
import type { Actor } from '../../identity.ts'
import { usernameKey } from '../users/username-key.ts'
import { importPeople, mostAtOnce } from './import-people.ts'
import type { AddressOptions } from './imported-addresses.ts'
import type { Source, SourceRecord } from './sources/source.ts'
import { advanceImport, beginImport, findImport, finishImport } from './store.ts'

/** A person of the file who was not imported. */
export interface RefusedRecord {
  /** `line 7`, `record 7` */
  readonly place: string
  readonly username: string | undefined
  readonly code: string
  readonly detail: string
}

export interface FileImport {
  /** The records of the file, whatever became of them. */
  readonly records: number
  readonly created: number
  readonly refused: number
  /** The records that an earlier run had done. */
  readonly skipped: number
}

interface FileImportOptions {
  readonly file: string
  readonly source: Source
  /** What the records are read by, beside the file: another is another import. */
  readonly reading: string
  readonly userType: string
  readonly isTrial: boolean
  readonly addresses?: AddressOptions | undefined
  readonly onRefused: (refused: RefusedRecord) => void
  /** Called now and then, with how much of the file is read. */
  readonly onProgress: (part: number, records: number) => void
}

/**
 * Import a file of accounts, {@link mostAtOnce} in a transaction that also says how far it got: one that was cut off,
 * even by the end of the process, goes on behind the last whole transaction when the same file is imported again.
 */
export async function importFile(
  ground: Ground,
  actor: Actor,
  options: FileImportOptions,
): Promise<FileImport> {
  const { db, world } = ground
  const { file, source, reading, userType, isTrial, addresses, onRefused, onProgress } = options
  const { size } = await stat(file)
  const digest = await digestOf(file, `${reading}\n${userType}\n`)
  if (!isTrial) await db.transaction((tx) => beginImport(tx, digest, world.now()))
  const before = isTrial ? undefined : await findImport(db, digest)
  const skipped = before?.records ?? 0
  const counts = { records: 0, created: before?.created ?? 0, refused: 0 }
  /** In a trial nothing is stored, so who stands in the file twice is found here. */
  const names = new Set<string>()
  let batch: SourceRecord[] = []

  async function flush(): Promise<void> {
    const people = batch.flatMap((record) => (record.kind === 'person' ? [record] : []))
    const done = counts.records - batch.length
    const { created, refused } = await importPeople(
      ground,
      actor,
      people.map(({ person }) => person),
      {
        userType,
        isTrial,
        addresses,
        async onCreated(tx, created) {
          const step = { before: done, records: batch.length, created }
          if (!isTrial && !(await advanceImport(tx, digest, step))) {
            throw new Error('another process imports the same file')
          }
        },
      },
    )
    const faults = new Map(refused.map(({ index, ...why }) => [people[index], why]))
    let twice = 0
    for (const record of batch) {
      const { place } = record
      if (record.kind === 'fault') {
        onRefused({ place, username: record.username, code: 'record_invalid', detail: record.detail })
        continue
      }
      const { username } = record.person
      const why = faults.get(record)
      if (why !== undefined) onRefused({ place, username, ...why })
      else if (isTrial && isSeen(username)) {
        twice += 1
        onRefused({ place, username, code: 'user_exists', detail: 'the file has the name twice' })
      }
    }
    counts.created += created - twice
    counts.refused += batch.length - created + twice
    batch = []
  }

  function isSeen(username: string): boolean {
    const key = usernameKey(username)
    return names.size === names.add(key).size
  }

  let bytes = 0
  async function* chunks() {
    for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 256 * 1024 })) {
      bytes += Buffer.byteLength(chunk as string)
      yield chunk as string
    }
  }
  for await (const record of source(chunks())) {
    counts.records += 1
    if (counts.records <= skipped) continue
    batch.push(record)
    if (batch.length < mostAtOnce) continue
    await flush()
    onProgress(bytes / size, counts.records)
  }
  if (batch.length > 0) await flush()
  if (!isTrial) await db.transaction((tx) => finishImport(tx, digest, world.now()))
  onProgress(1, counts.records)
  return { ...counts, skipped }
}

async function digestOf(file: string, reading: string): Promise<string> {
  const hash = createHash('sha256').update(reading)
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('base64url')
}

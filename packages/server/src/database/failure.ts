import { Refusal } from '../errors.ts'
import { wholeText } from '../whole-text.ts'

/** Why the storage fails: the disk is full, or the database is unavailable. */
export type StorageFailure = 'full' | 'unavailable'

/**
 * SQLITE_FULL, and SQLITE_READONLY, SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_BUSY (sqlite.org/rescode.html); extended codes
 * carry them in their low byte.
 */
const sqliteFull = 13
const sqliteUnavailable: readonly number[] = [5, 8, 10, 14]

/** disk_full (PostgreSQL appendix A); codes of the operating system. */
const full: readonly string[] = ['53100', 'ENOSPC', 'EDQUOT']
/** Classes 08 and 57P of PostgreSQL, too_many_connections, read_only_sql_transaction; what sockets and the driver say. */
const unavailable = wholeText(
  /08...|57P..|53300|25006|EIO|EROFS|ECONN\w+|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|EPIPE|ENOTFOUND|EAI_AGAIN|ENOENT|CONNECT\w+/,
)

/** The kind of storage failure that an error is; undefined for any other error. */
export function storageFailureOf(error: unknown): StorageFailure | undefined {
  for (let one = error, depth = 0; one instanceof Error && depth < 8; one = one.cause, depth += 1) {
    const { code, errcode } = one as { code?: unknown; errcode?: unknown }
    if (typeof errcode === 'number') {
      if ((errcode & 0xff) === sqliteFull) return 'full'
      if (sqliteUnavailable.includes(errcode & 0xff)) return 'unavailable'
    }
    if (typeof code !== 'string') continue
    if (full.includes(code)) return 'full'
    if (unavailable.test(code)) return 'unavailable'
  }
  return undefined
}

/** A Refusal unchanged, a storage failure as a Refusal; undefined for any other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error
  switch (storageFailureOf(error)) {
    case 'full':
      return new Refusal('storage_full', 'the server has no room to store this', { retryAfterSeconds: 30 })
    case 'unavailable':
      return new Refusal('storage_unavailable', 'the storage of the server does not answer', {
        retryAfterSeconds: 5,
      })
    case undefined:
      return undefined
  }
}

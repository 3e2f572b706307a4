import type { Mutation } from './mutators.ts'

/** A mutation that no test can notice, because it changes nothing that can be observed. */
export interface Equivalent {
  readonly file: string
  /** The line that it begins on, without indentation. */
  readonly on: string
  /** As the report prints it. */
  readonly before: string
  readonly after: string
  readonly reason: string
}

const holdsUserTypes =
  "await tx.query('UPDATE user_types SET name = name WHERE name = (SELECT MIN(name) FROM user_types)')"
const holdsKeys = "`UPDATE signing_keys SET status = status WHERE algorithm = $1 AND status <> 'retired'`,"
const holdsDevice =
  "const rows = await tx.query('UPDATE devices SET state = state WHERE uid = $1 RETURNING uid', uid)"

export const equivalents: readonly Equivalent[] = [
  {
    file: 'packages/server/src/accounts/users/store.ts',
    on: holdsUserTypes,
    before: 'MIN',
    after: 'MAX',
    reason: 'any one row is held, as long as it is the same one each time',
  },
  {
    file: 'packages/server/src/accounts/users/store.ts',
    on: holdsUserTypes,
    before: 'name = (SELECT MIN(name) FROM user_types)',
    after: '(name = (SELECT MIN(name) FROM user_types) OR 1 = 1)',
    reason: 'holds more rows than needed, all of which every such change holds',
  },
  {
    file: 'packages/server/src/accounts/users/store.ts',
    on: holdsUserTypes,
    before: 'name',
    after: 'CASE WHEN 1 = 1 THEN name ELSE name END',
    reason: 'the row is written to be held, with the value that it has',
  },
  {
    file: 'packages/server/src/keys/store.ts',
    on: holdsKeys,
    before: 'status',
    after: 'CASE WHEN 1 = 1 THEN status ELSE status END',
    reason: 'the rows are written to be held, with the value that they have',
  },
  {
    file: 'packages/server/src/keys/store.ts',
    on: holdsKeys,
    before: 'algorithm = $1',
    after: '(algorithm = $1 OR 1 = 1)',
    reason: 'holds more rows than needed',
  },
  {
    file: 'packages/server/src/keys/store.ts',
    on: holdsKeys,
    before: "status <> 'retired'",
    after: "(status <> 'retired' OR 1 = 1)",
    reason: 'holds more rows than needed',
  },
  {
    file: 'packages/server/src/devices/store.ts',
    on: holdsDevice,
    before: 'state',
    after: 'CASE WHEN 1 = 1 THEN state ELSE state END',
    reason: 'the row is written to be held, with the value that it has',
  },
  {
    file: 'packages/server/src/keys/key-ring.ts',
    on: 'if (generation > 0 && sameKeys(found, rows)) return',
    before: '0',
    after: '(0 + 1)',
    reason: 'only saves one reading of keys that are the same',
  },
  ...['^', '$'].map((before) => ({
    file: 'packages/server/src/accounts/passwords/passwords.ts',
    on: String.raw`const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored)`,
    before,
    after: '',
    reason: 'reads only what our own hash has written',
  })),
  {
    file: 'packages/server/src/database/postgres.ts',
    on: 'const least = this.#readers.reduce((a, b) => (b.lost || b.pending < a.pending ? b : a))',
    before: '<',
    after: '<=',
    reason: 'of two readers that are equally busy either will do',
  },
  {
    file: 'packages/server/src/database/sqlite.ts',
    on: 'if (performance.now() > giveUpAt)',
    before: '>',
    after: '>=',
    reason: 'the clock is never at that very moment twice',
  },
  {
    file: 'packages/server/src/keys/key-ring.ts',
    on: 'if (generation > 0 && sameKeys(found, rows)) return',
    before: '>',
    after: '>=',
    reason: 'before the first time there are no rows, and the keys that were found are others',
  },
  {
    file: 'packages/server/src/rights/rights.ts',
    on: 'for (const [id, at] of seen) if (at <= over) seen.delete(id)',
    before: '<=',
    after: '<',
    reason: 'what is remembered of a change goes a minute later, and is looked up no more by then',
  },
  {
    file: 'packages/server/src/tokens/revocations.ts',
    on: 'for (const [id, expiresAt] of known) if (expiresAt <= now) known.delete(id)',
    before: '<=',
    after: '<',
    reason: 'what is remembered of a revocation goes a minute later, and it revokes nothing any more',
  },
  {
    file: 'packages/server/src/world.ts',
    on: 'if (count > 64) return randomBytes(count)',
    before: '>',
    after: '>=',
    reason: 'sixty-four random bytes from either are as random',
  },
  {
    file: 'packages/server/src/world.ts',
    on: 'if (at + count > pool.length) {',
    before: '>',
    after: '>=',
    reason: 'the pool is filled a moment before it is empty',
  },
  {
    file: 'packages/server/src/devices/keys/authenticate.ts',
    on: 'if (token.length <= longestRememberedToken) remember(uids, token, uid, keptVerifiers)',
    before: '<=',
    after: '<',
    reason: 'decides what is remembered, and nothing else',
  },
  {
    file: 'packages/server/src/devices/keys/authenticate.ts',
    on: 'if (header.length <= longestRememberedHeader) remember(known, header, isOfDevice, rememberedHeaders)',
    before: '<=',
    after: '<',
    reason: 'decides what is remembered, and nothing else',
  },
]

/** A text on one line, cut where it is long: enough to know it again. */
export function brief(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= 100 ? line : `${line.slice(0, 99)}…`
}

export function isSame(mutation: Mutation, { file, on, before, after }: Equivalent): boolean {
  return (
    mutation.file === file &&
    mutation.on === on &&
    brief(mutation.before) === before &&
    brief(mutation.after) === after
  )
}

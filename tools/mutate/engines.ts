import type { Mutation } from './mutators.ts'

/**
 * The engines on which tests run against a mutation, as `LATCHKEY_TEST_ENGINES` names them. Most of what is decided is decided
 * alike on both, and SQLite starts at once. PostgreSQL is asked too where the source names it in its code, which few do, and
 * about transactions: those of SQLite come one after the other, so what holds a row against another transaction is missed on
 * PostgreSQL alone.
 */
export function enginesFor(
  { file, kind }: Pick<Mutation, 'file' | 'kind'>,
  text: string,
): 'sqlite' | 'sqlite,postgres' {
  const isOfBoth =
    kind === 'transaction' || file.includes('/database/postgres') || text.includes(`'postgres'`)
  return isOfBoth ? 'sqlite,postgres' : 'sqlite'
}

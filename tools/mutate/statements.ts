import { isDeepStrictEqual } from 'node:util'
import { migrations } from '../../packages/server/src/database/migrations/index.ts'
import { migrate } from '../../packages/server/src/database/migrations.ts'
import { insertNeighbours, now } from '../../packages/server/test/neighbours.ts'
import { temporaryStorage } from '../../packages/server/test/storages.ts'
import type { Row } from '../../packages/server/test/store-rows/row.ts'
import { rows } from '../../packages/server/test/store-rows/rows.ts'
import { expected, Runner } from '../../packages/server/test/store-rows/run.ts'
import { equivalents } from './equivalents.ts'
import { mutated } from './mutators.ts'
import { type Edit, sqlEdits } from './sql.ts'

/** A statement as a row asks it, with one change in it. */
export interface ChangedStatement {
  readonly statement: string
  readonly edit: Edit
  readonly changed: string
  /** The rows that ask it. */
  readonly rows: readonly Row[]
}

/** Each single change of a statement that no row notices. Where `npm run mutate` draws some, these are all, in one process. */
export async function unnoticedChanges(): Promise<{ tried: number; unnoticed: ChangedStatement[] }> {
  const storage = await temporaryStorage('sqlite')
  try {
    const db = await storage.open()
    await migrate(db, migrations, now)
    await insertNeighbours(db)
    const runner = await Runner.over(db)
    const changes = await changesOf(runner)
    // A statement that is put together of parts has several forms: a part is one text in the source, and noticed in any of them.
    const noticed = new Set<string>()
    for (const change of changes) if (await isNoticed(change, runner)) noticed.add(partOf(change))
    return { tried: changes.length, unnoticed: changes.filter((change) => !noticed.has(partOf(change))) }
  } finally {
    await storage.remove()
  }
}

async function changesOf(runner: Runner): Promise<ChangedStatement[]> {
  const askers = new Map<string, Row[]>()
  for (const row of rows) {
    const asked = new Set<string>()
    await runner.run(row, (statement) => {
      asked.add(statement)
      return statement
    })
    for (const statement of asked) askers.set(statement, [...(askers.get(statement) ?? []), row])
  }
  return [...askers].flatMap(([statement, asking]) =>
    sqlEdits(statement).map((edit) => ({ statement, edit, changed: mutated(statement, edit), rows: asking })),
  )
}

async function isNoticed({ statement, changed, rows: asking }: ChangedStatement, runner: Runner) {
  for (const row of asking) {
    try {
      const outcome = await runner.run(row, (asked) => (asked === statement ? changed : asked))
      if (!isDeepStrictEqual(outcome, expected(row))) return true
    } catch {
      return true
    }
  }
  return false
}

/** What is changed, of which function, and what stands before it, whatever numbers its parameters have. */
function partOf({ statement, edit: { start, end, after }, rows: [first] }: ChangedStatement): string {
  const text = [statement.slice(Math.max(0, start - 12), start), statement.slice(start, end), after]
  return [first?.store, first?.statement, ...text]
    .join(' | ')
    .replaceAll(/\$\d+/g, '$')
    .replaceAll(/\s+/g, ' ')
}

/** Whether equivalents.ts says why nobody can notice a change. */
export function isExplained({ statement, edit, rows: asking }: ChangedStatement): boolean {
  const before = statement.slice(edit.start, edit.end)
  const files = asking.map(({ store }) => `packages/server/src/${store}/store.ts`)
  return equivalents.some(
    (one) =>
      files.includes(one.file) &&
      plain(one.before) === plain(before) &&
      plain(one.after) === plain(edit.after),
  )
}

const plain = (text: string) => text.replaceAll(/\s+/g, ' ')

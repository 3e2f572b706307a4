import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Difference } from './differences.ts'
import { type Answer, type Row, send } from './original.ts'

/** A row of requests, and the difference that it is known to show, in every framework or in those named. */
export interface Compared extends Row {
  readonly differs?: Difference
  readonly only?: readonly string[]
  /** Compare what the app itself does not decide: the status, and the user's name. */
  readonly isGuarded?: boolean
}

/** A port in some framework, or the original. */
export interface Running {
  readonly name: string
  readonly port: number
}

/** Send every row to the original and to each port, in this order, and compare what they answer. */
export async function compare(
  t: TestContext,
  original: Running,
  ports: readonly Running[],
  rows: readonly Compared[],
): Promise<void> {
  const answers = new Map<Compared, Map<string, Answer>>(rows.map((row) => [row, new Map()]))
  await Promise.all(
    [original, ...ports].map(async ({ name, port }) => {
      for (const row of rows) answers.get(row)?.set(name, await send(port, row))
    }),
  )
  for (const row of rows) {
    const found = answers.get(row) ?? new Map<string, Answer>()
    const wanted = shown(row, found.get(original.name))
    await t.test(row.name, () => {
      for (const { name } of ports) {
        const mayDiffer = row.differs !== undefined && (row.only?.includes(name) ?? true)
        const ours = shown(row, found.get(name))
        if (mayDiffer) assert.notDeepEqual(ours, wanted, `${name} no longer differs: ${row.differs?.what}`)
        else assert.deepEqual(ours, wanted, `${name} differs`)
      }
    })
  }
}

function shown({ isGuarded }: Compared, answer: Answer | undefined): unknown {
  if (!isGuarded || answer === undefined) return answer
  const { status, headers, body } = answer
  // What stands behind a guard answers for itself, and says which methods it has.
  const { allow: _, ...others } = headers
  if (status !== 200) return { status, headers: others, body }
  return { status, user: userOf(body) }
}

/** Every row has a name of its own, or a failure would not say which it was. */
export function distinct(rows: readonly Compared[]): void {
  test('every row has a name of its own', () => {
    const names = rows.map(({ name }) => name)
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    )
  })
}

/** The original says `{ user }`; behind a port's guard stands the user as the guard found it. */
function userOf(body: unknown): unknown {
  const { user, found } = Object(body)
  return user ?? Object(found).username
}

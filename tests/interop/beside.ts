import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { type Difference, differences } from './differences.ts'
import { type Answer, type Row, send } from './original.ts'

export interface Compared extends Row {
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
  differences: readonly Difference[],
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
    const known = differences.find((one) => one.rows.test(row.name))
    await t.test(row.name, () => {
      const ours = ports.map(({ name }) => ({ name, answer: shown(row, found.get(name)) }))
      for (const { name, answer } of ours) {
        const aligned = withTimesOf(wanted, answer)
        if (known === undefined) assert.deepEqual(aligned, wanted, `${name} differs`)
        else if (!isDeepStrictEqual(aligned, wanted)) shownBy.add(known.what)
      }
    })
  }
}

/** The differences that some row has shown. */
export const shownBy = new Set<string>()

/** The times in tokens, where they are within ten seconds of those wanted. */
function withTimesOf(wanted: unknown, value: unknown, name = ''): unknown {
  if (typeof wanted === 'number' && typeof value === 'number' && times.includes(name)) {
    return Math.abs(wanted - value) <= 10 ? wanted : value
  }
  if (typeof wanted !== 'object' || wanted === null || typeof value !== 'object' || value === null)
    return value
  if (Array.isArray(value)) return value.map((item, index) => withTimesOf(Reflect.get(wanted, index), item))
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withTimesOf(Reflect.get(wanted, key), member, key)]),
  )
}

const times = ['exp', 'iat', 'nbf', 'orig_iat', 'refresh_exp']

/** A test that every difference was shown by some row. To be called behind the others. */
export function stillThere(page: keyof typeof differences, skip: string | false): void {
  test(`every difference that ${page} tells of is still there`, { skip }, () => {
    for (const { what } of differences[page]) assert(shownBy.has(what), `no longer differs: ${what}`)
  })
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

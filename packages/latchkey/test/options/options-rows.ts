import assert from 'node:assert/strict'
import { test } from 'node:test'

/** A public function that takes options. */
export interface TakesOptions {
  /** As the message names it. */
  readonly name: string
  /** Options that it takes. */
  readonly good: object
  readonly call: (options: object) => unknown
  /** A member that there is not, and the known one that is meant. */
  readonly misspelt: readonly [written: string, meant: string]
}

/** What is refused of every function: how the options come to hold what is wrong. */
const wrong: readonly {
  readonly name: string
  readonly make: (row: TakesOptions) => unknown
  readonly message: (row: TakesOptions) => string
}[] = [
  {
    name: 'a misspelt member',
    make: ({ good, misspelt: [written] }) => ({ ...good, [written]: 'x' }),
    message: ({ misspelt: [written, meant] }) => `has no option "${written}"; the nearest is "${meant}"`,
  },
  {
    name: 'a misspelt member that is undefined',
    make: ({ good, misspelt: [written] }) => ({ ...good, [written]: undefined }),
    message: ({ misspelt: [written] }) => `has no option "${written}"`,
  },
  {
    name: 'a member in capital letters',
    make: ({ good, misspelt: [, meant] }) => ({ ...good, [meant.toUpperCase()]: 'x' }),
    message: ({ misspelt: [, meant] }) => `has no option "${meant.toUpperCase()}"; the nearest is "${meant}"`,
  },
  {
    name: 'a misspelt member of a prototype',
    make: ({ good, misspelt: [written] }) => Object.assign(Object.create({ [written]: 'x' }), good),
    message: ({ misspelt: [written, meant] }) => `has no option "${written}"; the nearest is "${meant}"`,
  },
  {
    name: 'a member __proto__ of its own',
    make: ({ good }) => Object.defineProperty({ ...good }, '__proto__', { value: 1, enumerable: true }),
    message: () => 'has no option "__proto__"',
  },
  {
    name: 'a member constructor of its own',
    make: ({ good }) => ({ ...good, constructor: 1 }),
    message: () => 'has no option "constructor"',
  },
  { name: 'a list', make: ({ good }) => [good], message: () => 'takes options as an object' },
  { name: 'null', make: () => null, message: () => 'takes options as an object' },
  { name: 'text', make: () => 'x', message: () => 'takes options as an object' },
]

/** Tests that each of `rows` refuses options that it does not know, and says which is meant. */
export function testOptions(rows: readonly TakesOptions[]): void {
  for (const row of rows) {
    const { name, good, call } = row
    test(`${name} takes the options that it knows, inherited ones too`, async () => {
      await call(good)
      await call(Object.create(good))
      await call(Object.assign(Object.create(null), good))
    })
    for (const { name: what, make, message } of wrong) {
      test(`${name} refuses options: ${what}`, async () => {
        await assert.rejects(
          async () => call(make(row) as object),
          (error: unknown) => {
            assert.ok(error instanceof TypeError, String(error))
            assert.ok(`${error.message}\n`.startsWith(name), error.message)
            assert.ok(error.message.includes(message(row)), error.message)
            return true
          },
        )
      })
    }
  }
}

import type { TestContext } from 'node:test'
import type { App } from '../src/app.ts'

interface Opened {
  readonly app: Pick<App, 'db'>
}

/** Do something else right before the `nth` transaction from now on. Returns whether that was. */
export function beforeTransaction(
  t: TestContext,
  { app: { db } }: Opened,
  nth: number,
  work: () => Promise<unknown>,
): () => boolean {
  const begin = db.transaction.bind(db)
  let begun = 0
  t.mock.method(db, 'transaction', async (inside: Parameters<typeof begin>[0]) => {
    begun += 1
    if (begun === nth) await work()
    return begin(inside)
  })
  return () => begun >= nth
}

/** Do something else right before the first query outside of transactions that is like this. Returns whether that was. */
export function beforeQuery(
  t: TestContext,
  { app: { db } }: Opened,
  like: RegExp,
  work: () => Promise<unknown>,
): () => boolean {
  const query = db.query.bind(db)
  let isDone = false
  t.mock.method(db, 'query', async (...asked: Parameters<typeof query>) => {
    if (!isDone && like.test(asked[0])) {
      isDone = true
      await work()
    }
    return query(...asked)
  })
  return () => isDone
}

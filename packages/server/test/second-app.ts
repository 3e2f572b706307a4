import { type App, createApp } from '../src/app.ts'
import type { AnswerBody } from './answer-body.ts'
import { quickArgon2, type TestApp } from './app.ts'

/** Another App on the same database and under the same clock, as a second process would be. Closed with its storage. */
export async function openBeside({ app, storage, log, world }: TestApp): Promise<App> {
  const db = await storage.open()
  return createApp({ config: app.config, db, log, world, argon2: quickArgon2 })
}

/** POST JSON to an App that has no `call` of its own. */
export async function post(
  app: App,
  path: string,
  body: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: AnswerBody }> {
  const answer = await app.edge.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...more },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as AnswerBody }
}

/**
 * Wait for what another process is about to notice; its message arrives in its own time. How soon is a matter of the benchmarks: a machine
 * that has much else to do fails no test.
 */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + 30_000
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error('it did not come to pass')
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

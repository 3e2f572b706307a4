import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { startServer } from '../packages/server/src/main.ts'
import type { AnswerBody } from '../packages/server/test/answer-body.ts'
import { testLog } from '../packages/server/test/app.ts'
import { freePort } from '../packages/server/test/free-port.ts'

export const password = 'a lamp, a latch and a key'

/** The server of Latchkey on loopback, with Ada, for the time of a test. */
export async function startLatchkey(t: TestContext, settings: Readonly<Record<string, string>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-example-'))
  const port = await freePort()
  const all = {
    LATCHKEY_DATA: join(directory, 'data'),
    LATCHKEY_PORT: String(port),
    LATCHKEY_MQTT_PORT: '0',
    ...settings,
  }
  const server = await startServer(readConfig(all, 'development'), { log: testLog() })
  let stopped: Promise<void> | undefined
  const stop = () => (stopped ??= server.stop())
  t.after(async () => {
    await stop()
    rmSync(directory, { recursive: true, force: true })
  })
  const hash = await server.app.passwords.hash(password, [])
  const ada = await createUser(server.app, operator, { username: 'ada', userType: 'customer' }, hash)
  const issuer = `http://127.0.0.1:${port}`
  return { server, issuer, directory, ada, post, stop }

  /** What the server answers to JSON. */
  async function post(path: string, body: unknown, token?: string) {
    const headers: Record<string, string> = { 'content-type': 'application/json' }
    if (token !== undefined) headers.authorization = `Bearer ${token}`
    const response = await fetch(issuer + path, { method: 'POST', headers, body: JSON.stringify(body) })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as AnswerBody }
  }
}

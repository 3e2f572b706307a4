import assert from 'node:assert/strict'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { placeApplication } from '../packages/server/test/applications.ts'
import { FormBrowser } from '../tests/support/form-browser.ts'
import { linesOf } from './running.test-support.ts'
import { password, startLatchkey } from './server.test-support.ts'

const example = fileURLToPath(new URL('command-line.ts', import.meta.url))

test('a tool shows a code, is let in by a browser elsewhere, stays signed in, and signs out', async (t) => {
  const { server, issuer, directory } = await startLatchkey(t)
  const { id } = await placeApplication(server, {
    ...{ name: 'Tool', type: 'native', authentication: 'none', scopes: ['openid', 'profile'] },
    grants: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
  })
  const file = join(directory, 'session.json')
  const environment = { LATCHKEY_ISSUER: issuer, CLIENT_ID: id, TOOL_SESSION: file }
  const browser = new FormBrowser(issuer)
  await browser.signIn('ada', password)

  const said: string[] = []
  for await (const line of linesOf(t, example, environment)) {
    said.push(line)
    const [, page, code = ''] = /^Open (\S+) and type (\S+)$/.exec(line) ?? []
    if (page === undefined) continue
    assert.equal(page, `${issuer}/device`)
    assert.equal((await browser.post('/device/answer', { user_code: code, answer: 'allow' })).status, 200)
  }
  assert.equal(said.at(-1), 'ada: 200')
  for (const path of [file, `${file}.key`]) assert.equal(statSync(path).mode & 0o777, 0o600)

  assert.deepEqual(await all(linesOf(t, example, environment)), ['ada: 200'], 'without a code')
  const signOut = linesOf(t, example, environment, 'inherit', ['sign-out'])
  assert.deepEqual(await all(signOut), ['signed out'])
  assert.equal(existsSync(file), false)
})

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const said: string[] = []
  for await (const line of lines) said.push(line)
  return said
}

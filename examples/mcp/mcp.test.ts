import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { operator } from '../../packages/server/src/identity.ts'
import { createService } from '../../packages/server/src/services/registered.ts'
import { giveScope } from '../../packages/server/src/services/scopes/scopes.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import { FormBrowser } from '../../tests/support/form-browser.ts'
import { linesOf, startExample } from '../running.test-support.ts'
import { password, startLatchkey } from '../server.test-support.ts'

// The SDK that its makers publish is the judge: it finds, registers, signs in and refreshes by its own rules.

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const isInstalled = existsSync(here('node_modules'))
const skip = isInstalled ? false : 'the SDK is not installed: npm ci --prefix examples/mcp'

/** A server where clients register by themselves, and notes that it signs people in to. */
async function start(t: TestContext, scopes = ['notes:read', 'notes:write']) {
  const latchkey = await startLatchkey(t, {
    LATCHKEY_CLIENT_REGISTRATION: 'open',
    LATCHKEY_CLIENT_REGISTRATION_SCOPES: 'offline_access,notes:read,notes:write',
  })
  const { server, issuer } = latchkey
  const port = await freePort()
  const audience = `http://127.0.0.1:${port}/mcp`
  const knownScopes = ['notes:read', 'notes:write']
  const { service } = await createService(server.app, operator, {
    ...{ name: 'notes', scopes: [], audience, knownScopes },
  })
  for (const scope of scopes) {
    await giveScope(server.app, operator, service.id, scope, { kind: 'user_type', name: 'customer' })
  }
  const home = await startExample(t, here('server.ts'), { LATCHKEY_ISSUER: issuer, PORT: String(port) })
  const browser = new FormBrowser(issuer)
  await browser.signIn('ada', password)
  return { ...latchkey, audience, home, browser }
}

/** What the client prints, whose person is sent to sign in. */
async function run(
  t: TestContext,
  { audience, browser }: Awaited<ReturnType<typeof start>>,
  answer = 'allow',
) {
  const said: string[] = []
  let asked: URL | undefined
  for await (const line of linesOf(t, here('client.ts'), { MCP_SERVER: audience }, 'ignore')) {
    const url = /^Open (\S+)$/.exec(line)?.[1]
    if (url === undefined) {
      if (!line.startsWith('port ')) said.push(line)
      continue
    }
    asked = new URL(url)
    // Somebody else on the machine comes first.
    const back = asked.searchParams.get('redirect_uri')
    assert.equal((await fetch(`${back}?code=x&state=y`)).status, 404)
    await fetch(await browser.authorize(url, answer))
  }
  return { said, asked }
}

test('a client that knows an address signs its person in, and calls tools as they', { skip }, async (t) => {
  const started = await start(t)
  const { said, asked } = await run(t, started)
  assert.deepEqual(said, ['add-note: added', 'list-notes: buy a lamp'])
  assert.partialDeepStrictEqual(Object.fromEntries(asked?.searchParams ?? []), {
    ...{ resource: started.audience, code_challenge_method: 'S256', scope: 'notes:read notes:write' },
  })
  const { db } = started.server.app
  const applications = await db.query<Record<string, unknown>>('SELECT * FROM applications')
  assert.deepEqual(
    applications.map(({ name, type, authentication, made_by }) => [name, type, authentication, made_by]),
    [['Notes on the command line', 'native', 'none', 'registration']],
  )
  // Each client registers anew, and the notes are the person's.
  assert.deepEqual((await run(t, started)).said, ['add-note: added', 'list-notes: buy a lamp', 'buy a lamp'])
})

test('a tool that the person may not use is refused, and the others work', { skip }, async (t) => {
  const { said } = await run(t, await start(t, ['notes:read']))
  assert.equal(said.length, 2)
  assert.match(said[0] ?? '', /^add-note: .*403/)
  assert.equal(said[1], 'list-notes: ')
})

test('whoever does not let the client in is not asked again, and it gets nothing', { skip }, async (t) => {
  assert.deepEqual((await run(t, await start(t), 'deny')).said, [])
})

test('strangers, and tokens for others, learn where to sign in and nothing else', { skip }, async (t) => {
  const { home, issuer, audience, post } = await start(t)
  const metadata = `${home}/.well-known/oauth-protected-resource/mcp`
  assert.partialDeepStrictEqual(await (await fetch(metadata)).json(), {
    ...{
      resource: audience,
      authorization_servers: [issuer],
      scopes_supported: ['notes:read', 'notes:write'],
    },
  })
  const { body: session } = await post('/v1/login', { username: 'ada', password })
  const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list-notes' } })
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  for (const token of [undefined, 'x', session.access_token]) {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const answer = await fetch(audience, {
      method: 'POST',
      headers: { ...headers, ...authorization },
      body: call,
    })
    assert.equal(answer.status, 401)
    assert.ok(answer.headers.get('www-authenticate')?.includes(`resource_metadata="${metadata}"`))
  }
  for (const method of ['GET', 'DELETE']) assert.equal((await fetch(audience, { method })).status, 401)
})

test('the example compiles', { skip }, () => {
  const { status, stdout } = spawnSync('tsc', ['--noEmit', '-p', here('.')], { encoding: 'utf8' })
  assert.equal(status, 0, stdout)
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { password, startLatchkey } from '../../examples/server.test-support.ts'
import { operator } from '../../packages/server/src/identity.ts'
import { createService } from '../../packages/server/src/services/registered.ts'
import { placeApplication } from '../../packages/server/test/applications.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import { FormBrowser } from '../support/form-browser.ts'

// The judge of authorization servers for the Model Context Protocol: the metadata (RFC 8414) and the code flow with PKCE and `resource`.

const modules = fileURLToPath(new URL('../../examples/mcp/node_modules', import.meta.url))
const judge = join(modules, '@modelcontextprotocol/conformance/dist/index.js')
const skip = existsSync(judge) ? false : 'the judge is not installed: npm ci --prefix examples/mcp'

interface Check {
  readonly id: string
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO'
}

/** What it finds of a server where these settings are in force, and whether it is content. */
async function judged(t: TestContext, settings: Readonly<Record<string, string>>, answer: 'allow' | 'deny') {
  const { server, issuer, directory } = await startLatchkey(t, settings)
  const resource = 'https://mcp.example/mcp'
  await createService(server.app, operator, {
    ...{ name: 'notes', scopes: [], audience: resource, knownScopes: ['devices:view'] },
  })
  const port = await freePort()
  // It takes `none` wherever that is offered, also with a secret.
  const { id } = await placeApplication(server, {
    ...{ name: 'Judge', type: 'native', authentication: 'none', scopes: ['devices:view'] },
    ...{
      redirect_uris: [`http://127.0.0.1:${port}/callback`],
      grants: ['authorization_code', 'refresh_token'],
    },
  })
  const browser = new FormBrowser(issuer)
  await browser.signIn('ada', password)
  const found = join(directory, 'found')
  const options = [
    '--url',
    issuer,
    '--client-id',
    id,
    '--resource',
    resource,
    '--port',
    String(port),
    '-o',
    found,
  ]
  const child = spawn(process.execPath, [judge, 'authorization', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill())
  const ended = once(child, 'exit')
  // It prints the address to go to before it listens for what comes back, and says when it does.
  let asked: string | undefined
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith(`${issuer}/oauth/authorize?`)) asked = line
    if (!line.startsWith('Callback server started')) continue
    assert.ok(asked, 'it listens, and has asked for nothing')
    await fetch(await browser.authorize(asked, answer))
  }
  const [exitCode] = await ended
  const checks = globSync('**/checks.json', { cwd: found }).flatMap((file): readonly Check[] =>
    JSON.parse(readFileSync(join(found, file), 'utf8')),
  )
  return { exitCode, checks }
}

const settings: readonly {
  readonly name: string
  readonly given: Readonly<Record<string, string>>
  /** What it may find, by the id of its check, and why. */
  readonly allowed: Readonly<Record<string, string>>
}[] = [
  {
    name: 'as it comes',
    given: {},
    allowed: {
      'authorization-server-metadata-cimd':
        'a server fetches no documents of strangers unless its operator says so (LATCHKEY_CLIENT_DOCUMENTS)',
    },
  },
  {
    name: 'with registration and documents as client ids',
    given: { LATCHKEY_CLIENT_REGISTRATION: 'open', LATCHKEY_CLIENT_DOCUMENTS: 'on' },
    allowed: {},
  },
]
for (const { name, given, allowed } of settings) {
  test(`the judge of MCP authorization servers finds nothing that is not allowed, ${name}`, {
    skip,
  }, async (t) => {
    const { exitCode, checks } = await judged(t, given, 'allow')
    const found = checks.filter(({ status }) => status !== 'SUCCESS').map(({ id }) => id)
    assert.deepEqual(found, Object.keys(allowed))
    assert.deepEqual([exitCode, checks.length - found.length >= 2], [0, true])
  })
}

test('it finds that no token comes where the person does not let it in', { skip }, async (t) => {
  const { exitCode, checks } = await judged(t, {}, 'deny')
  assert.equal(exitCode, 1)
  assert.equal(checks.filter(({ status }) => status === 'FAILURE').length, 1)
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { after, before, type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { audience, startIssuer } from '../../packages/latchkey/test/guard/issuer.ts'
import { startExample } from '../running.test-support.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const isInstalled = existsSync(here('node_modules'))
const skip = isInstalled ? false : 'the frameworks are not installed: npm ci --prefix examples/frameworks'

/** Start one example with an issuer of its own, and give its URL. */
function start(t: TestContext, file: string, issuer: string): Promise<string> {
  return startExample(t, file, { LATCHKEY_ISSUER: issuer, LATCHKEY_AUDIENCE: audience })
}

/** Node takes types away, but decorators have to be compiled. Inside `node_modules`, so that packages are found. */
const built = { folder: '', file: '' }
before(async () => {
  if (!isInstalled) return
  built.folder = await mkdtemp(here('node_modules/.built-'))
  built.file = `${built.folder}/nest.js`
  const options = ['--noEmit', 'false', '--outDir', built.folder, '--rootDir', here('../..')]
  await run(['tsc', '-p', here('tsconfig.nest.json'), ...options])
  built.file = `${built.folder}/examples/frameworks/nest.js`
})
after(() => rm(built.folder || here('node_modules/.built-none'), { recursive: true, force: true }))

async function run([program = '', ...args]: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  child.stdout.on('data', (text) => (said += text))
  child.stderr.on('data', (text) => (said += text))
  const code = await new Promise((resolve) => child.on('close', resolve))
  assert.equal(code, 0, said)
}

for (const name of ['node', 'fetch', 'express', 'fastify', 'hono', 'koa', 'nest']) {
  test(`the example for ${name} is an API that its guard protects`, { skip }, async (t) => {
    const issuer = await startIssuer(t)
    const url = await start(t, name === 'nest' ? built.file : here(`${name}.ts`), issuer.url)
    const ask = async (path: string, token?: string, method = 'GET') => {
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
      const response = await fetch(url + path, { method, headers })
      return { status: response.status, headers: response.headers, body: await response.json() }
    }
    const token = issuer.sign({ scope: 'devices:view' })
    const strong = issuer.sign({ scope: 'devices:view devices:control' })

    const stranger = await ask('/me')
    assert.equal(stranger.status, 401)
    assert.match(
      String(stranger.headers.get('www-authenticate')),
      /^Bearer realm="api", resource_metadata="https:/,
    )
    assert.partialDeepStrictEqual(await ask('/me', token), { status: 200, body: { id: 'usr_1' } })
    const weak = await ask('/devices/dev_1/open', token, 'POST')
    assert.partialDeepStrictEqual(weak, {
      status: 403,
      body: { error: 'insufficient_scope', scope: 'devices:control' },
    })
    const opened = await ask('/devices/dev_1/open', strong, 'POST')
    assert.deepEqual(opened.body, { opened: 'dev_1' })
    assert.partialDeepStrictEqual(await ask('/news'), { status: 200, body: { for: null } })
    assert.deepEqual((await ask('/.well-known/oauth-protected-resource')).body, {
      resource: audience,
      authorization_servers: [issuer.url],
      bearer_methods_supported: ['header'],
    })
  })
}

test('the examples, and the types that each framework gives them, hold', { skip }, async () => {
  await run(['tsc', '--noEmit', '-p', here('tsconfig.json')])
})

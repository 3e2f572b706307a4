import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const clients = '../../packages/latchkey/test/compat'
const skip = !existsSync(pathOf('node_modules/express'))
  ? 'the frameworks are not installed: npm ci --prefix examples/frameworks'
  : spawnSync('python3', ['--version']).status !== 0
    ? 'python3 is not installed'
    : false

/** Run an example on a port of the system's choice; its origin. */
async function startExample(t: TestContext, file: string): Promise<string> {
  const example = spawn(process.execPath, ['--conditions=latchkey-source', pathOf(file)], {
    env: { ...process.env, PORT: '0', SECRET_KEY: 'a secret of thirty-two characters' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => example.kill())
  const [line] = await once(example.stdout, 'data')
  return String(line).trim()
}

/** What a client in Python, as the README of the original has it, was answered: status and body, step by step. */
function runClient(file: string, origin: string): unknown {
  const { stdout, stderr, status } = spawnSync('python3', [
    pathOf(`${clients}/${file}`),
    origin,
    'user1',
    'abcxyz',
  ])
  assert.equal(status, 0, String(stderr))
  return JSON.parse(String(stdout))
}

test('a client of Flask-JWT gets its token and comes in', { skip }, async (t) => {
  const origin = await startExample(t, 'flask-jwt.ts')
  const token = 'Request does not contain an access token'
  assert.deepEqual(runClient('flask-jwt/client.py', origin), [
    ['obtain', 200, ['access_token']],
    ['use', 200, "User(id='1')"],
    ['use without a token', 401, { description: token, error: 'Authorization Required', status_code: 401 }],
    [
      'obtain with a wrong password',
      401,
      { description: 'Invalid credentials', error: 'Bad Request', status_code: 401 },
    ],
  ])
})

test('a client of Django REST framework JWT obtains, uses, refreshes and verifies', { skip }, async (t) => {
  const origin = await startExample(t, 'drf-jwt.ts')
  const nonField = (message: string) => ({ non_field_errors: [message] })
  assert.deepEqual(runClient('drf-jwt/client.py', origin), [
    ['obtain', 200, ['token']],
    ['use', 200, { hello: 'user1' }],
    ['refresh', 200, ['token']],
    ['use the new one', 200, { hello: 'user1' }],
    ['verify', 200, ['token']],
    ['verify garbage', 400, nonField('Error decoding signature.')],
    ['obtain with a wrong password', 400, nonField('Unable to log in with provided credentials.')],
    // The session stands first in the chain, and has no challenge.
    ['use without a token', 403, { detail: 'Authentication credentials were not provided.' }],
  ])
})

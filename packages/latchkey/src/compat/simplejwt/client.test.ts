import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { notValid, startProject } from '../../../test/compat/simplejwt/project.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0

test('a client of simplejwt in Python obtains, uses, refreshes, verifies and blacklists', {
  skip: hasPython ? false : 'python3 is not installed',
}, async (t) => {
  const { origin } = await startProject(t)
  const client = fileURLToPath(new URL('../../../test/compat/simplejwt/client.py', import.meta.url))
  const { stdout } = await promisify(execFile)('python3', [client, origin, 'jo', 'pass'])
  assert.deepEqual(JSON.parse(stdout), [
    ['obtain', 200, ['access', 'refresh']],
    ['use', 200, 'jo'],
    ['refresh', 200, ['access']],
    ['verify', 200, {}],
    ['blacklist', 200, {}],
    ['refresh what is blacklisted', 401, notValid('Token is blacklisted')],
    [
      'use a refresh token',
      401,
      [{ message: 'Token has wrong type', token_class: 'AccessToken', token_type: 'access' }],
    ],
  ])
})

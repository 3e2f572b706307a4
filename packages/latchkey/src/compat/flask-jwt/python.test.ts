import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { bearing, good, seconds, start } from '../../../test/compat/flask-jwt/app.ts'
import { aSecret } from '../../../test/compat/mount/http.ts'

/** Debian's Python, whatever else is called python3 here. */
const python = '/usr/bin/python3'
const skip = spawnSync(python, ['-c', 'import jwt']).status === 0 ? false : 'python3-jwt is not installed'

/** Run a program in Python that has PyJWT; what it prints. */
function run(program: string, input: string): string {
  const { stdout, stderr, status } = spawnSync(python, ['-c', `import jwt, sys, json\n${program}`], { input })
  assert.equal(status, 0, String(stderr))
  return String(stdout).trim()
}

test('a token that Flask has given out opens our routes', { skip }, async (t) => {
  const program = `print(jwt.encode(json.load(sys.stdin), '${aSecret}', algorithm='HS256', headers=None))`
  const token = run(program, JSON.stringify(good))
  const { status, json } = await (await start(t))('/protected', bearing(`JWT ${token}`))
  assert.deepEqual([status, json], [200, { id: 1, username: 'user1' }])
})

test('a token of ours is read by Flask', { skip }, async (t) => {
  const send = await start(t)
  const { json } = await send('/auth', { json: { username: 'user2', password: 'abcxyz' } })
  const { access_token } = json as { access_token: string }
  // What Flask-JWT asks of PyJWT, but for the time, which is an old one here.
  const program = `
options = {'require': ['exp', 'nbf', 'iat'], 'verify_exp': False}
print(json.dumps(jwt.decode(sys.stdin.read(), '${aSecret}', options=options, algorithms=['HS256'], leeway=10)))`
  assert.deepEqual(JSON.parse(run(program, access_token)), {
    exp: seconds + 300,
    iat: seconds,
    nbf: seconds,
    identity: 2,
  })
})

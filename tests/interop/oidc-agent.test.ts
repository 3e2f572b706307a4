import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { decodeUnverified } from 'latchkey/token'
import { password, startLatchkey } from '../../examples/server.test-support.ts'
import { placeApplication } from '../../packages/server/test/applications.ts'
import { freePort } from '../../packages/server/test/free-port.ts'
import { FormBrowser } from '../support/form-browser.ts'
import { judge } from './judges.ts'

// Debian's oidc-agent, a client in C for people at a command line: it registers itself, has itself let in by redirect or as a device,
// refreshes, and revokes what it has. It takes plain http on this machine.
//
// What it cannot be driven to: the device flow with a client that it has registered itself. Nobody who registers by themselves gets
// the grant of devices here, so that flow is driven with a client that an administrator made; it has a secret, without which oidc-agent
// takes no client by hand. `--flow=device` alone registers with no response type at all, and is refused.

const { skip } = judge('oidc-agent-cli', 'usr/bin/oidc-agent')
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const scope = 'openid profile offline_access'

/** A running agent, and a way to run the commands beside it. */
async function startAgent(t: TestContext, directory: string) {
  const home = join(directory, 'agent')
  mkdirSync(join(home, '.config/oidc-agent'), { recursive: true })
  const socket = join(home, 'socket')
  const env = { PATH: '/usr/bin:/bin', HOME: home, OIDC_SOCK: socket, OIDC_ENCRYPTION_PW: 'a password' }
  const agent = spawn('oidc-agent', ['--console', `--socket-path=${socket}`, '--quiet'], {
    ...{ env, stdio: 'ignore' },
  })
  t.after(() => void agent.kill())
  for (let waited = 0; !existsSync(socket); waited += 50) {
    assert.ok(waited < 10_000 && agent.exitCode === null, 'the agent does not listen')
    await delay(50)
  }
  return (program: string, ...args: string[]) => new Command(spawn(program, args, { env, timeout: 60_000 }))
}

class Command {
  readonly #child: ChildProcess
  #said = ''

  constructor(child: ChildProcess) {
    this.#child = child
    child.stdin?.end()
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.#said += chunk))
  }

  /** What it says, as soon as it says that. */
  async says(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#said)?.[1]
      if (found !== undefined) return found
      assert.equal(this.#child.exitCode, null, this.#said)
      await delay(50)
    }
  }

  async ends(): Promise<{ readonly code: number; readonly said: string }> {
    if (this.#child.exitCode === null) await once(this.#child, 'close')
    return { code: this.#child.exitCode ?? -1, said: this.#said }
  }
}

const userCode = /\b([BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4})\b/
const quietly = ['--pw-env', '--prompt=none', '--confirm-yes', '--no-url-call']

test('oidc-agent registers itself, is let in by redirect, refreshes, and revokes what it has', {
  skip,
}, async (t) => {
  const { server, issuer, directory, ada } = await startLatchkey(t, { LATCHKEY_CLIENT_REGISTRATION: 'open' })
  const run = await startAgent(t, directory)
  const port = await freePort()
  const flows = ['--flow=code', '--flow=device', `--port=${port}`]
  const made = run('oidc-gen', `--issuer=${issuer}`, `--scope=${scope}`, ...flows, ...quietly, 'lamp')
  const browser = new FormBrowser(issuer)
  await browser.signIn('ada', password)
  const address = await made.says(/^(http:\S+\/oauth\/authorize\?.*)$/m)
  const back = await browser.authorize(address)
  assert.equal(back.origin, `http://localhost:${port}`)
  assert.match(await (await fetch(back)).text(), /Success/)
  const { code, said } = await made.ends()
  assert.equal(code, 0, said)
  assert.match(said, /Everything setup correctly/)

  const [first, again] = [
    await run('oidc-token', 'lamp').ends(),
    await run('oidc-token', '-f', 'lamp').ends(),
  ]
  const claims = [first, again].map((token) => decodeUnverified(token.said.trim()).claims)
  assert.deepEqual(
    claims.map(({ sub, scope: given }) => [sub, given]),
    [ada.id, ada.id].map((id) => [id, scope]),
  )
  assert.notEqual(claims[0]?.jti, claims[1]?.jti)
  const userinfo = (token: string) =>
    fetch(`${issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${token.trim()}` } })
  assert.equal((await userinfo(again.said)).status, 200)

  const gone = await run('oidc-gen', '--delete', ...quietly, 'lamp').ends()
  assert.deepEqual([gone.code, /Successfully deleted/.test(gone.said)], [0, true], gone.said)
  assert.equal((await userinfo(again.said)).status, 401)
  const [application] = await server.app.db.query<{ type: string; made_by: string }>(
    'SELECT type, made_by FROM applications',
  )
  assert.deepEqual({ ...application }, { type: 'native', made_by: 'registration' })
})

test('oidc-agent cannot register itself for devices alone, or where registration is off', {
  skip,
}, async (t) => {
  for (const [setting, words] of [
    ['open', /the grant authorization_code with the response type code is what there is/],
    ['off', /registration/],
  ] as const) {
    const { issuer, directory } = await startLatchkey(t, { LATCHKEY_CLIENT_REGISTRATION: setting })
    const run = await startAgent(t, directory)
    const made = run(
      'oidc-gen',
      `--issuer=${issuer}`,
      `--scope=${scope}`,
      '--flow=device',
      ...quietly,
      'lamp',
    )
    const { code, said } = await made.ends()
    assert.notEqual(code, 0)
    assert.match(said, words)
  }
})

test('oidc-agent is let in as a device, and is told when it is not', { skip }, async (t) => {
  const { server, issuer, directory, ada } = await startLatchkey(t)
  const { id, secret } = await placeApplication(server, {
    ...{ name: 'Agent', redirect_uris: ['https://agent.example/'], grants: [deviceGrant, 'refresh_token'] },
    scopes: scope.split(' '),
  })
  const run = await startAgent(t, directory)
  const browser = new FormBrowser(issuer)
  await browser.signIn('ada', password)
  const client = ['--manual', `--client-id=${id}`, `--client-secret=${secret}`, '--flow=device']
  const begin = (name: string) =>
    run('oidc-gen', `--issuer=${issuer}`, `--scope=${scope}`, ...client, ...quietly, name)

  const made = begin('lamp')
  const allowed = { user_code: await made.says(userCode), answer: 'allow' }
  assert.equal((await browser.post('/device/answer', allowed)).status, 200)
  const ended = await made.ends()
  assert.equal(ended.code, 0, ended.said)
  const token = (await run('oidc-token', '-f', 'lamp').ends()).said.trim()
  assert.equal(decodeUnverified(token).claims.sub, ada.id)
  assert.equal((await run('oidc-gen', '--delete', ...quietly, 'lamp').ends()).code, 0)
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await fetch(`${issuer}/oauth/userinfo`, { headers })).status, 401)

  const refused = begin('other')
  await browser.post('/device/answer', { user_code: await refused.says(userCode), answer: 'deny' })
  const end = await refused.ends()
  assert.deepEqual([end.code === 0, /denied/.test(end.said)], [false, true], end.said)
})

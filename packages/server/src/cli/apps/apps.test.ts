import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'
import { openKeySetServer } from '../../../test/key-set-server.ts'
import { newClientKey } from '../../../test/proofs.ts'

describe('latchkey apps', () => {
  let directory: string
  let runner: CommandRunner
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-apps-'))
    runner = new CommandRunner()
    assert.equal((await run('migrate')).status, 0)
    writeFileSync(join(directory, 'key.jwk'), JSON.stringify(newClientKey('RS256').jwk))
    writeFileSync(join(directory, 'wrong.jwk'), '{')
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const run = (args: string) =>
    runner.run({
      args: args.split(' '),
      environment: environmentWith({
        ...{ LATCHKEY_DATA: join(directory, 'data'), LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1' },
      }),
      directory,
      input: '',
    })
  async function says(args: string): Promise<string> {
    const { status, out, err } = await run(args)
    assert.equal(status, 0, err)
    return out
  }
  const json = async (args: string) => JSON.parse(await says(`${args} --json`))

  test('an app is registered, gets a key, is changed and disabled', async () => {
    const made = await json('apps add chat --user-type customer --longest-session 1d')
    assert.match(made.id, /^app_/)
    assert.equal(made.longest_session_seconds, 86_400)
    assert.match(await says('apps show chat'), /It has no key yet/)
    assert.equal((await json('apps add-key chat one --key key.jwk')).algorithm, 'RS256')
    assert.match(await says('apps show chat'), /The key one \(RS256\) is in force/)
    const changed = await json('apps change chat --name talk --no-user-type')
    assert.deepEqual([changed.name, changed.user_type, changed.version], ['talk', null, 2])
    assert.match(await says('apps revoke-key talk one'), /Nothing is taken any more/)
    assert.match(await says('apps disable talk'), /it signs nobody in/)
    const [listed] = await json('apps list')
    assert.equal(typeof listed.disabled_at, 'string')
    assert.match(await says('apps list'), /talk +nobody +disabled/)
  })

  test('an app publishes its keys, which are read at once and shown', async () => {
    const server = await openKeySetServer({ keys: [{ ...newClientKey().jwk, kid: 'set' }, {}] })
    try {
      assert.equal((await json(`apps add web --jwks-uri ${server.url}`)).jwks_uri, server.url)
      assert.match(await says('apps show web'), /They were not read yet/)
      const { keys, last_fetch } = await json('apps refresh-keys web')
      assert.deepEqual([keys[0].kid, keys[0].source, last_fetch.outcome], ['set', 'key_set', 'read'])
      assert.match(
        await says('apps show web'),
        /went well; 1 entries[\s\S]*The key set \(ES256\) is in its key set/,
      )
      server.answer = { keys: 'none' }
      assert.match(await says('apps refresh-keys web'), /failed: not_a_key_set/)
      assert.equal((await json('apps change web --no-jwks-uri')).jwks_uri, null)
      assert.match((await run('apps refresh-keys web')).err, /has no key set URL/)
    } finally {
      await server.close()
    }
  })

  test('an assertion is checked, and the status says whether it is good', async () => {
    await says('apps add box --user-type customer')
    writeFileSync(join(directory, 'assertion.jwt'), 'a.b.c\n')
    const { status, out } = await run('apps check-assertion box --assertion assertion.jwt')
    assert.equal(status, 1)
    assert.match(out, /^5 +failed +sign assertion +expected a compact JWS/m)
    assert.match(out, /refuse it: shape, token_malformed/)
    const asked = await run(
      'apps check-assertion box --assertion assertion.jwt --older --device phone --json',
    )
    assert.equal(JSON.parse(asked.out).failed.reason, 'token_malformed')
    assert.match(await says('apps people box'), /^SUB +PERSON +BY +LAST SIGN-IN/)
    assert.deepEqual(await json('apps people box'), [])
  })

  for (const [args, reason] of [
    ['apps show nothing', /there is no app nothing/],
    ['apps add x --user-type administrator', /permits nothing but/],
    ['apps add x --longest-session soon', /is a time like/],
    ['apps add x --jwks-uri http://app.example/keys', /a key set URL is https/],
    ['apps people nothing', /there is no app nothing/],
    ['apps check-assertion nothing --assertion wrong.jwk', /there is no app nothing/],
    ['apps check-assertion x', /--assertion/],
    ['apps add-key x one --key key.jwk --algorithm HS256', /--algorithm is one of RS256/],
    ['apps add-key x one --key wrong.jwk', /begins as JSON/],
    ['apps add-key x one --key none.pem', /cannot be read/],
  ] as const) {
    test(`says what is wrong with: ${args}`, async () => {
      const { status, err } = await run(args)
      assert.notEqual(status, 0)
      assert.match(err, reason)
    })
  }
})

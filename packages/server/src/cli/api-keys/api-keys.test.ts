import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { decodeUnverified, tokenOfApiKey } from 'latchkey/token'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'

describe('latchkey api-keys', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-api-keys-'))
  const runner = new CommandRunner()
  const environment = environmentWith({
    LATCHKEY_DATA: join(directory, 'data'),
    LATCHKEY_ISSUER: 'https://id.example.com',
  })
  const run = (...args: string[]) => runner.run({ args, environment, directory, input: '' })
  const create = (...args: string[]) => run('api-keys', 'create', 'ada', ...args)
  before(async () => {
    assert.equal((await run('migrate')).status, 0)
    assert.equal((await run('users', 'add', 'ada', '--type', 'customer')).status, 0)
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('create prints the text of a key once, list tells of it, and revoke ends it', async () => {
    const created = await create('report', '--scope', 'devices:view', '--scope', 'devices:control', '--json')
    assert.equal(created.status, 0, created.err)
    const made = JSON.parse(created.out)
    assert.deepEqual(made.scopes, ['devices:control', 'devices:view'])
    assert.equal(decodeUnverified(tokenOfApiKey(made.key)).claims.jti, made.id)

    const text = (await create('nightly', '--scope', 'devices:view', '--ends-in', '8h')).out
    assert.match(
      text,
      /^ada has the API key key_\w{26} until .*\. Its text, shown this once:\n {2}lk_key_eyJ/,
    )

    const listed = (await run('api-keys', 'list', 'ada')).out
    assert.match(listed, /^key_\w{26} +nightly +in force /m)
    assert.doesNotMatch(listed, /eyJ/)

    const revoked = await run('api-keys', 'revoke', made.id)
    assert.equal(revoked.status, 0, revoked.err)
    const [, state] = JSON.parse((await run('api-keys', 'list', 'ada', '--json')).out)
    assert.deepEqual([state.id, state.revoke_reason, state.revoked_by], [made.id, 'revoked', null])
    assert.match((await run('api-keys', 'list', 'ada')).out, /report +revoked /)
    assert.equal((await run('api-keys', 'revoke', made.id)).status, 1)
  })

  const refused: readonly { name: string; args: readonly string[]; status: number; err: RegExp }[] = [
    { name: 'no scope', args: ['create', 'ada', 'x'], status: 2, err: /--scope/ },
    { name: 'no name', args: ['create', 'ada', '--scope', 'devices:view'], status: 2, err: /name/ },
    {
      name: 'a scope that is not held',
      args: ['create', 'ada', 'x', '--scope', 'users:read'],
      ...{ status: 1, err: /may not be asked for/ },
    },
    {
      name: 'a time that is none',
      args: ['create', 'ada', 'x', '--scope', 'devices:view', '--ends-in', 'soon'],
      ...{ status: 2, err: /--ends-in is a time/ },
    },
    {
      name: 'an end that is too late',
      args: ['create', 'ada', 'x', '--scope', 'devices:view', '--ends-in', '367d'],
      ...{ status: 1, err: /366 days/ },
    },
    {
      name: 'nobody of this name',
      args: ['create', 'bob', 'x', '--scope', 'devices:view'],
      ...{ status: 1, err: /there is no user bob/ },
    },
    { name: 'a key that is none', args: ['revoke', 'key_0'], status: 1, err: /there is no API key key_0/ },
    { name: 'keys of nobody', args: ['list', 'bob'], status: 1, err: /there is no user bob/ },
  ]
  for (const { name, args, status, err } of refused) {
    test(`is refused: ${name}`, async () => {
      const answer = await run('api-keys', ...args)
      assert.equal(answer.status, status, answer.err)
      assert.match(answer.err, err)
    })
  }
})

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'
import { newClientKey } from '../../../test/proofs.ts'
import { openDatabase } from '../../database/open.ts'
import { signalTypes } from '../../shared-signals/events.ts'
import { insertStream } from '../../shared-signals/store.ts'

describe('latchkey applications', () => {
  let directory: string
  let runner: CommandRunner
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-applications-'))
    runner = new CommandRunner()
    assert.equal((await run('migrate')).status, 0)
    const keys = [{ ...newClientKey().jwk, kid: 'one' }]
    writeFileSync(join(directory, 'keys.json'), JSON.stringify({ keys }))
    writeFileSync(join(directory, 'wrong.json'), '{')
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const run = (args: string) =>
    runner.run({
      args: args.split(' '),
      environment: environmentWith({ LATCHKEY_DATA: join(directory, 'data') }),
      ...{ directory, input: '' },
    })
  async function says(args: string): Promise<string> {
    const { status, out, err } = await run(args)
    assert.equal(status, 0, err)
    return out
  }
  const json = async (args: string) => JSON.parse(await says(`${args} --json`))
  const callback = '--redirect https://photos.example/callback'

  /** As its receiver makes one over HTTP. */
  async function madeStream(application: string): Promise<string> {
    const db = await openDatabase({ directory: join(directory, 'data') })
    const { account_disabled: type } = signalTypes
    await db.transaction((tx) =>
      insertStream(tx, {
        ...{ id: 'str_made', application, description: null, requested: [type], method: 'poll' },
        ...{ endpoint: null, authorization_sealed: null, status: 'enabled', status_reason: null },
        ...{ is_stopped: false, created_at: 1, verified_at: null },
      }),
    )
    await db.close()
    return 'str_made'
  }

  test('an application is registered, changed, disabled, enabled and removed', async () => {
    const made = await json(`applications add photos --type web ${callback} --scope openid --scope email`)
    assert.match(made.id, /^cli_/)
    assert.match(made.secret, /^lk_client_/)
    assert.deepEqual(made.scopes, ['openid', 'email'])
    const shown = await says('applications show photos')
    assert.match(shown, /proves who it is by a secret[\s\S]*last used never/)
    const changed = await json(
      'applications change photos --name pictures --grant device_code --dpop --pairwise',
    )
    assert.deepEqual(
      [changed.name, changed.grants, changed.requires_dpop, changed.subject_type, changed.version],
      ['pictures', ['urn:ietf:params:oauth:grant-type:device_code'], true, 'pairwise', 2],
    )
    assert.match(await says('applications disable pictures'), /what it had has ended/)
    assert.match(await says('applications list'), /pictures +web +secret +administrator +never +disabled/)
    assert.match(await says('applications enable pictures'), /is enabled/)
    assert.deepEqual(await json(`applications remove ${made.id}`), { removed: made.id })
    assert.deepEqual(await json('applications list'), [])
  })

  test('a secret is followed by another, and ended', async () => {
    const { id } = await json(`applications add shop --type web ${callback}`)
    const added = await json('applications add-secret shop --older-ends-in 7d')
    assert.match(added.secret, /^lk_client_/)
    const { secrets } = await json('applications show shop')
    assert.deepEqual([secrets.length, secrets[0].ends_at], [2, added.older_ends_at])
    assert.match(await says(`applications end-secret shop ${secrets[0].id}`), /has ended/)
    assert.match(await says(`applications end-secret ${id} ${added.id}`), /has ended/)
    assert.match(await says('applications show shop'), /no secret that is good/)
  })

  test('a key stands in the place of a secret', async () => {
    const made = await json(
      `applications add robot --type web ${callback} --authentication key --key-set keys.json`,
    )
    assert.deepEqual([made.secret, made.jwks.keys[0].kid], [null, 'one'])
    const changed = await json('applications change robot --jwks-uri https://robot.example/keys')
    assert.deepEqual([changed.jwks, changed.jwks_uri], [null, 'https://robot.example/keys'])
    assert.match(await says('applications show robot'), /publishes at https:\/\/robot\.example/)
  })

  test('where it is told of sign-outs is given, and taken away', async () => {
    const made = await json(
      `applications add told --type web ${callback} --backchannel https://told.example/ended --no-backchannel-session`,
    )
    assert.deepEqual(
      [made.backchannel_logout_uri, made.backchannel_logout_session_required],
      ['https://told.example/ended', false],
    )
    assert.match(await says('applications show told'), /it is told whose at https:\/\/told\.example\/ended/)
    const changed = await json('applications change told --backchannel=')
    assert.equal(changed.backchannel_logout_uri, null)
  })

  test('its streams of shared signals are listed, paused, let go on, and removed', async () => {
    const scopes = '--scope openid --scope ssf.manage --grant authorization_code --grant client_credentials'
    const { id } = await json(`applications add signalled --type web ${callback} ${scopes}`)
    assert.deepEqual(await json('applications streams signalled'), [])
    assert.match(await says('applications streams signalled'), /has no streams/)
    const stream = await madeStream(id)
    assert.match(
      await says('applications streams signalled'),
      /str_\w+ is enabled, polled, with 0 waiting: account-disabled/,
    )
    assert.equal((await json(`applications pause-stream signalled ${stream}`)).status, 'paused')
    assert.equal((await json(`applications resume-stream signalled ${stream}`)).status, 'enabled')
    assert.match(await says(`applications remove-stream signalled ${stream}`), /is removed/)
    const { status, err } = await run(`applications pause-stream signalled ${stream}`)
    assert.equal(status, 1)
    assert.match(err, /no such stream/)
  })

  test('tokens of an issuer outside are trusted, of an application and of a service', async () => {
    await says(`applications add built --type web ${callback}`)
    await says('services add deployer')
    for (const noun of ['applications built', 'services deployer']) {
      const [command, name] = noun.split(' ')
      const given = '--issuer https://builds.example --subject repo:octo/built:* --for-its-life'
      const { id, reuse } = await json(`${command} trust ${name} ${given}`)
      assert.equal(reuse, 'life')
      assert.match(
        await says(`${command} show ${name}`),
        /https:\/\/builds\.example may say that repo:octo\/built:\*/,
      )
      assert.match(await says(`${command} distrust ${name} ${id}`), /is not \w+ any more/)
    }
    const { status, err } = await run('applications trust built --issuer https://builds.example --subject *')
    assert.equal(status, 1)
    assert.match(err, /begins with five letters/)
  })

  test('two of one name are named by their ids', async () => {
    for (const _ of [1, 2]) await says(`applications add twin --type native --redirect com.example.twin:/cb`)
    const { status, err } = await run('applications show twin')
    assert.equal(status, 1)
    assert.match(err, /several applications are called twin/)
  })

  const refused: { name: string; args: string; status: number; says: RegExp }[] = [
    { name: 'no type', args: `add x ${callback}`, status: 2, says: /--type/ },
    {
      name: 'a type that there is not',
      args: `add x --type robot ${callback}`,
      status: 2,
      says: /--type is one of/,
    },
    {
      name: 'a grant that there is not',
      args: `add x --type web ${callback} --grant password`,
      ...{ status: 2, says: /--grant is one of/ },
    },
    {
      name: 'an authentication that there is not',
      args: `add x --type web ${callback} --authentication pin`,
      ...{ status: 2, says: /--authentication is one of/ },
    },
    {
      name: 'a key set that is none',
      args: `add x --type web ${callback} --authentication key --key-set wrong.json`,
      ...{ status: 2, says: /JWK Set/ },
    },
    {
      name: 'a time that is none',
      args: 'add-secret shop --older-ends-in soon',
      status: 2,
      says: /--older-ends-in/,
    },
    {
      name: 'an address in the clear',
      args: 'add x --type web --redirect http://x.example/',
      status: 1,
      says: /is https/,
    },
    { name: 'nobody', args: 'show nobody', status: 1, says: /there is no application nobody/ },
    { name: 'nobody to disable', args: 'disable nobody', status: 1, says: /there is no application/ },
    { name: 'a secret that there is not', args: 'end-secret shop sec_x', status: 1, says: /no such secret/ },
  ]
  for (const { name, args, status, says: words } of refused) {
    test(`refuses ${name}`, async () => {
      const answer = await run(`applications ${args}`)
      assert.deepEqual([answer.status, answer.out], [status, ''])
      assert.match(answer.err, words)
    })
  }

  test('latchkey doctor tells of those that need no PKCE', async () => {
    assert.doesNotMatch((await run('doctor')).out, /PKCE/)
    await says(`applications add old --type web ${callback} --no-pkce`)
    assert.match((await run('doctor')).out, /1 application may leave the PKCE challenge out/)
  })
})

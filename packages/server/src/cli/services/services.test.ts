import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'

describe('latchkey services', () => {
  let directory: string
  let runner: CommandRunner
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-services-'))
    runner = new CommandRunner()
    assert.equal((await run('migrate')).status, 0)
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const run = (args: string) =>
    runner.run({
      args: args.split(' '),
      environment: environmentWith({ LATCHKEY_DATA: join(directory, 'data') }),
      directory,
      input: '',
    })
  async function says(args: string): Promise<string> {
    const { status, out, err } = await run(args)
    assert.equal(status, 0, err)
    return out
  }
  const json = async (args: string) => JSON.parse(await says(`${args} --json`))

  test('a service with an audience is registered, shown, changed and disabled', async () => {
    const made = await json(
      'services add pages --audience pages --knows pages:read pages:write --profile plain --life 10m --claim groups={scopes}',
    )
    assert.match(made.secret, /^lk_service_/)
    assert.deepEqual(
      [made.audience, made.known_scopes, made.profile.life_seconds, made.profile.claims],
      ['pages', ['pages:read', 'pages:write'], 600, [{ name: 'groups', value: ['{scopes}'] }]],
    )
    const shown = await says('services show pages')
    assert.match(shown, /Tokens for it say aud pages, and of these scopes .*: pages:read pages:write\./)
    assert.match(shown, /live 600 seconds/)
    assert.doesNotMatch(shown, /lk_service_/)
    const changed = await json('services change pages --name sheets --knows pages:read --scope users:read')
    assert.deepEqual(
      [changed.name, changed.known_scopes, changed.scope, changed.audience, changed.profile.life_seconds],
      ['sheets', ['pages:read'], 'users:read', 'pages', 600],
    )
    assert.match(await says('services list'), /sheets +pages +plain +users:read +enabled/)
    assert.equal((await json(`services change ${made.id} --no-audience`)).audience, null)
    assert.match(await says('services disable sheets'), /is disabled/)
    assert.match(await says('services list'), /disabled/)
  })

  test('its scopes are given and taken', async () => {
    await says('services add shop --audience shop --knows shop:buy')
    await says('services add till')
    for (const who of ['--user-type customer', '--service till', '--devices']) {
      assert.match(await says(`services give shop shop:buy ${who}`), /shop:buy of shop is given to/)
    }
    const shown = await says('services show shop')
    for (const who of ['user type customer', 'service svc_', 'all devices']) {
      assert.ok(shown.includes(`shop:buy is given to ${who}`), shown)
    }
    assert.match(await says('services take shop shop:buy --devices'), /is taken from all devices/)
    const { scopes } = await json('services show shop')
    assert.deepEqual(
      scopes.map(({ holder_kind }: { holder_kind: string }) => holder_kind),
      ['service', 'user_type'],
    )
  })

  test('its shared keys are made, shown without their secret, and taken away', async () => {
    await says('services add metrics --audience metrics --profile influxdb1')
    assert.match(await says('services show metrics'), /no tokens for it until it has a key/)
    const first = await json('services rotate-key metrics')
    assert.equal(first.algorithm, 'HS256')
    const said = await says('services rotate-key metrics --starts-in 10m --overlap 2h')
    assert.match(said, /lk_shared_[\w-]+/)
    assert.match(said, /The key before it is good until /)
    const shown = await says('services show metrics')
    assert.ok(shown.includes(`The key ${first.kid} (HS256) signs from `), shown)
    assert.doesNotMatch(shown, /lk_shared_/)
    assert.match(await says(`services drop-key metrics ${first.kid}`), /Nothing is signed by shk_/)
    assert.equal((await json('services show metrics')).shared_keys.length, 1)
  })

  test('its own keys are shown and rotated', async () => {
    await says('services add chat --audience chat.example --profile ejabberd')
    const before = await json('services show chat')
    assert.deepEqual(before.keys.map(({ status }: { status: string }) => status).sort(), ['active', 'next'])
    assert.match(await says('services rotate-key chat'), /are signed by \S+ now/)
    const shown = await says('services show chat')
    for (const status of ['active', 'next', 'retired'])
      assert.match(shown, new RegExp(`\\(RS256\\) is ${status}`))
    assert.ok(shown.includes(`/.well-known/jwks/${before.id}.json`), shown)
    assert.equal((await run('services rotate-key chat --starts-in 10m')).status, 2)
  })

  const wrong = [
    { args: 'services rotate-key shop', status: 1, says: /are not signed by a shared key/ },
    { args: 'services rotate-key metrics --overlap soon', status: 2, says: /--overlap is a time/ },
    { args: 'services rotate-key metrics --starts-in 8d', status: 1, says: /within 7 days/ },
    { args: 'services drop-key metrics shk_0', status: 1, says: /no such key/ },
    { args: 'services show nobody', status: 1, says: /there is no service nobody; latchkey services list/ },
    { args: 'services add x --knows read', status: 2, says: /read is no scope: a scope has a colon/ },
    { args: 'services add x --profile kafka', status: 2, says: /--profile is one of plain, rabbitmq/ },
    { args: 'services add x --life 5m', status: 2, says: /say with --profile/ },
    { args: 'services add x --profile plain --life soon', status: 2, says: /--life is a time/ },
    { args: 'services add x --profile plain --life 25h', status: 1, says: /to a day/ },
    {
      args: 'services add x --profile plain --key mine',
      status: 2,
      says: /--key is one of issuer, own, shared/,
    },
    { args: 'services add x --profile plain --algorithm none', status: 2, says: /--algorithm is one of/ },
    { args: 'services add x --profile plain --claim name', status: 2, says: /--claim is name=value/ },
    { args: 'services add x --profile plain --claim sub=x', status: 1, says: /written by the server alone/ },
    { args: 'services add x --profile ejabberd --key issuer', status: 1, says: /does not check aud/ },
    { args: 'services give shop shop:buy', status: 2, says: /say who/ },
    { args: 'services give shop shop:buy --devices --user-type customer', status: 2, says: /say who/ },
    { args: 'services give shop shop:burn --devices', status: 1, says: /no scope of the service/ },
    { args: 'services give shop shop:buy --user-type wizards', status: 1, says: /no user type of this name/ },
    { args: 'services take shop shop:buy --devices', status: 1, says: /they do not have this scope/ },
  ]
  for (const { args, status, says: expected } of wrong) {
    test(`says what is wrong with: latchkey ${args}`, async () => {
      const { status: ended, err } = await run(args)
      assert.equal(ended, status, err)
      assert.match(err, expected)
    })
  }
})

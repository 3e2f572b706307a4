import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'

describe('latchkey providers', () => {
  let directory: string
  let runner: CommandRunner
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-providers-'))
    runner = new CommandRunner()
    assert.equal((await run('migrate')).status, 0)
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    writeFileSync(join(directory, 'apple.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const run = (args: string, input = '') =>
    runner.run({
      args: args.split(' '),
      environment: environmentWith({ LATCHKEY_DATA: join(directory, 'data') }),
      ...{ directory, input },
    })
  async function says(args: string, input = ''): Promise<string> {
    const { status, out, err } = await run(args, input)
    assert.equal(status, 0, err)
    assert.ok(!out.includes('a typed secret'))
    return out
  }
  const json = async (args: string, input = '') => JSON.parse(await says(`${args} --json`, input))

  test('a provider is added, changed, disabled, enabled and removed', async () => {
    const made = await json(
      'providers add google --preset google --client-id us --user-type customer --email-domain example.com',
      'a typed secret\n',
    )
    assert.deepEqual(
      [made.issuer, made.name, made.has_secret, made.user_type, made.email_domains, made.display_name_claim],
      ['https://accounts.google.com', 'Google', true, 'customer', ['example.com'], 'name'],
    )
    assert.match(await says('providers show google'), /It has to lead back to \S+\/sign-in\/back\/google/)
    const changed = await json(
      'providers change google --name Mail --no-user-type --no-email-domain --factor-amr mfa',
    )
    assert.deepEqual(
      [changed.name, changed.user_type, changed.email_domains, changed.factor_amr, changed.version],
      ['Mail', null, [], ['mfa'], 2],
    )
    assert.match(
      await says('providers list'),
      /google +Mail +nobody +enabled +0 +https:\/\/accounts\.google\.com/,
    )
    const early = await run('providers remove google')
    assert.deepEqual([early.status, /disable the provider first/.test(early.err)], [1, true])
    assert.match(await says('providers disable google'), /nobody signs in there/)
    assert.match(await says('providers enable google'), /again/)
    await says('providers disable google')
    assert.match(await says('providers remove google'), /is removed/)
    assert.deepEqual(await json('providers list'), [])
  })

  test('the key of Apple comes from a file, and a server that signs itself needs none', async () => {
    const apple = await json(
      'providers add apple --preset apple --client-id us --team-id TEAM --key-id KEY --secret-file apple.pem',
    )
    assert.deepEqual([apple.authentication, apple.response_mode], ['apple', 'form_post'])
    const own = await json(
      'providers add own --issuer https://id.example --client-id us --authentication private_key_jwt',
    )
    assert.equal(own.has_secret, false)
  })

  const wrong = [
    ['providers add x --client-id us', 2, /needs --issuer/],
    ['providers add x --preset github --client-id us', 2, /--preset is one of/],
    ['providers add x --preset google --client-id us --authentication mtls', 2, /--authentication is one of/],
    [
      'providers add x --preset google --client-id us --response-mode fragment',
      2,
      /--response-mode is one of/,
    ],
    ['providers add x --preset google --client-id us --secret-file none', 2, /cannot be read/],
    ['providers add x --preset google', 2, /--client-id/],
    ['providers add X --preset google --client-id us', 1, /a key is a small letter/],
    ['providers show none', 1, /there is no provider none/],
    ['providers change none --name x', 1, /there is no provider none/],
    ['providers disable none', 1, /there is no provider none/],
  ] as const
  for (const [args, status, err] of wrong) {
    test(`${args} is refused`, async () => {
      const answer = await run(args, 'a secret\n')
      assert.equal(answer.status, status, answer.err)
      assert.match(answer.err, err)
    })
  }
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createSigner, generateKey, publicKeyOf, secretKey, toJwk } from 'latchkey/token'
import { CommandRunner, environmentWith } from '../../../test/commands.ts'
import { newIdentifier } from '../../secrets/identifiers.ts'
import { realWorld } from '../../world.ts'

const talk =
  'eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJIUzI1NiJ9.eyJ1c2VyX2lkIjogInB5dGhvbnR3MjAxNiJ9.qhevGfl16LBHjRG2wb6xDitbGt3lDK-2iUYCsLseCJY='

describe('latchkey token', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-token-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  const file = (name: string, content: string) => {
    writeFileSync(join(directory, name), content)
    return name
  }
  const runner = new CommandRunner()
  after(() => runner.close())
  const environment = environmentWith({ TALK_SECRET: 'secret' })
  const run = (args: readonly string[], input = '') =>
    runner.run({ args: ['token', ...args], environment, directory, input })

  const key = generateKey('ES256', { keyId: 'one' })
  const privateFile = file('private.jwk', JSON.stringify(toJwk(key)))
  const publicFile = file('public.jwk', JSON.stringify(toJwk(publicKeyOf(key))))
  const set = JSON.stringify({ keys: [toJwk(publicKeyOf(key)), { kty: 'oct', kid: 'published', k: 'AAAA' }] })
  const jwks = file('jwks.json', set)
  const token = createSigner({ key, expiresIn: 600, audience: 'api', issuer: 'I' })({ sub: 'ada' })

  test('signs claims that its verifier takes, by file, by key set and by its address', async () => {
    const signed = await run(
      [
        'sign',
        '-',
        '--key',
        privateFile,
        '--expires-in',
        '15m',
        '--audience',
        'api',
        '--header',
        'x=1',
        '--type',
        'at+jwt',
      ],
      '{"sub": "ada"}\n',
    )
    assert.equal(signed.status, 0, signed.err)
    const server = createServer((_request, response) => response.end(set)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // it listens on TCP
    const ways = [
      ['--key', publicFile],
      ['--key', privateFile],
      ['--jwks', jwks],
      ['--jwks', `http://127.0.0.1:${port}/`],
    ]
    const answers = await Promise.all(
      ways.map((way) => run(['verify', ...way, '--audience', 'api', '--type', 'at+jwt', '-'], signed.out)),
    )
    server.close()
    for (const { status, out, err } of answers) {
      assert.equal(status, 0, err)
      assert.equal(JSON.parse(out).sub, 'ada')
    }
  })

  test('decodes without a key, and says that nobody has vouched for it', async () => {
    const { status, out, err } = await run(['decode', '--file', file('token', `${token}\n`)])
    assert.equal(status, 0)
    assert.equal(JSON.parse(out).claims.sub, 'ada')
    assert.match(err, /nobody has vouched/)
  })

  test('refuses with status 1 and the code of the library', async () => {
    const [missing, late, machine, broken] = await Promise.all([
      run(['verify', token, '--key', publicFile]),
      run(['verify', token, '--key', publicFile, '--audience', 'api', '--at', '2100-01-01T00:00:00Z']),
      run(['verify', token, '--key', publicFile, '--audience', 'web', '--json']),
      run(['decode', 'x.y.z']),
    ])
    assert.deepEqual([missing.status, late.status, machine.status, broken.status], [1, 1, 1, 1])
    assert.match(missing.err, /\(audience_mismatch: aud\)\n$/)
    assert.match(late.err, /\(token_expired: exp\)\n$/)
    assert.deepEqual(JSON.parse(machine.out), { valid: false, code: 'audience_mismatch', claim: 'aud' })
    assert.match(broken.err, /token_malformed\); latchkey token explain says where/)
  })

  test("explains the talk's token, and accepts it without its padding where the risks are named", async () => {
    const secret = ['--secret-file', file('secret', 'secret\n')]
    const [explained, machine, good] = await Promise.all([
      run(['explain', talk, ...secret]),
      run(['explain', '-', '--secret-env', 'TALK_SECRET', '--json'], `${talk}\n`),
      run(['verify', talk.slice(0, -1), ...secret, '--insecure-short-secret', '--allow-no-expiry']),
    ])
    assert.equal(explained.status, 1)
    assert.match(explained.out, /^Right but for its padding\.\n/)
    assert.equal(machine.status, 1)
    const { headline, findings } = JSON.parse(machine.out)
    assert.equal(headline, 'right_but_for_padding')
    assert.equal(findings[0].code, 'padding')
    assert.equal(good.status, 0, good.err)
    assert.deepEqual(JSON.parse(good.out), { user_id: 'pythontw2016' })
  })

  test('explains that a secret must be decoded first, and that a line end is none of it', async () => {
    const text = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA=='
    const signedWith = (bytes: Buffer) =>
      createSigner({ key: secretKey(bytes, { algorithm: 'HS256' }), expiresIn: 600 })({ sub: 'ada' })
    const option = ['--secret-file', file('encoded', `${text}\n\n`)]
    const [decoded, trimmed] = await Promise.all([
      run(['explain', signedWith(Buffer.from(text, 'base64')), ...option]),
      run(['explain', signedWith(Buffer.from(text)), ...option]),
    ])
    assert.match(decoded.out, /if the secret is decoded from base64 first/)
    assert.match(trimmed.out, /without the line end at the end of the secret/)
    assert.deepEqual([decoded.status, trimmed.status], [1, 1])
  })

  test('explains what is good or merely read with status 0', async () => {
    const [valid, read] = await Promise.all([
      run(['explain', token, '--jwks', jwks, '--audience', 'api', '--issuer', 'I']),
      run(['explain', 'lk_rt_abcdefgh']),
    ])
    assert.equal(valid.status, 0, valid.err)
    assert.match(valid.out, /^Valid:/)
    assert.equal(read.status, 0)
    assert.doesNotMatch(read.out, /abcdefgh/)
  })

  test('explains a token with whatever stands around it, and a DPoP proof by its own key', async () => {
    const policy = ['--jwks', jwks, '--audience', 'api', '--issuer', 'I']
    const { kid: _, ...jwk } = toJwk(publicKeyOf(key))
    const proof = createSigner({ key, type: 'dpop+jwt', header: { jwk } })({
      htm: 'GET',
      htu: 'https://a/',
      jti: 'x',
    })
    const [cookie, address, proven] = await Promise.all([
      run(['explain', '-', ...policy], `Cookie: a=b; session=${token}; c=d\n`),
      run(['explain', '-', ...policy, '--json'], `https://a.example/#access_token=${token}\n`),
      run(['explain', proof]),
    ])
    assert.match(
      cookie.out,
      /^Right but for how it is written here\.[\s\S]*out of the cookie "session"\.[\s\S]*\(Character 1 to 21\.\)/,
    )
    assert.deepEqual(JSON.parse(address.out).findings[0].at, { from: 0, to: 32 })
    assert.match(proven.out, /^Valid:[\s\S]*This is a DPoP proof/)
    assert.deepEqual([cookie.status, address.status, proven.status], [1, 1, 0])
  })

  test('verify and explain agree about types, and take a list of them', async () => {
    const make = (type: string) => createSigner({ key, expiresIn: 600, type })({ sub: 'ada' })
    const logout = make('logout+jwt')
    const rows: readonly (readonly [token: string, types: readonly string[], status: number])[] = [
      [make('at+jwt'), [], 0],
      [logout, [], 1],
      [logout, ['none', 'at+jwt'], 1],
      [logout, ['none', 'logout+jwt'], 0],
    ]
    await Promise.all(
      rows.flatMap(([text, types, expected]) =>
        ['verify', 'explain'].map(async (command) => {
          const options = types.flatMap((type) => ['--type', type])
          const { status, out, err } = await run([command, text, '--key', publicFile, ...options])
          assert.equal(status, expected, `${command} ${types}: ${out}${err}`)
          if (expected === 1) assert.match(`${out}${err}`, /type/)
        }),
      ),
    )
  })

  const wrong: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
    { args: ['verify', token], says: /^latchkey: give a key/ },
    { args: ['verify', '--key', publicFile], says: /^latchkey: give a token/ },
    { args: ['verify', token, '--key', 'nowhere'], says: /nowhere, which cannot be read \(ENOENT\)/ },
    { args: ['verify', token, '--key', jwks], says: /is a key set: give it with --jwks/ },
    { args: ['verify', token, '--secret-env', 'TALK_SECRET'], says: /--insecure-short-secret allows fewer/ },
    { args: ['verify', token, '--jwks', 'http://id.example/'], says: /https, or http to a loopback/ },
    { args: ['verify', token, '--key', publicFile, '--at', 'noon'], says: /--at takes a time/ },
    { args: ['explain', token, '--algorithm', 'none'], says: /none/ },
    { args: ['sign', '{', '--key', privateFile], says: /the claims are no JSON/ },
    { args: ['sign', '{"exp":"x"}', '--key', privateFile], says: /the claim exp is a time/ },
    { args: ['sign', '{"exp":1800000000000}', '--key', privateFile], says: /not milliseconds/ },
    {
      args: ['sign', '{}', '--key', publicFile],
      says: /cannot be used: this JWK|cannot be used: it is neither/,
    },
    {
      args: ['sign', '{}', '--key', privateFile, '--expires-in', 'soon'],
      says: /--expires-in takes seconds/,
    },
    { args: ['sign', '{}', '--secret', 'x'], says: /unknown option/ },
    { args: ['revoke'], says: /give a token, or --id/ },
    { args: ['revoke', token, '--id', 'jti_1'], says: /give a token or --id, not both/ },
    { args: ['revoke', '--file', 'x', '--id', 'jti_1'], says: /give a token or --id, not both/ },
  ]
  test('ends with status 2 where it is used wrongly, in one line and without the token', async () => {
    for (let i = 0; i < wrong.length; i += 4) {
      await Promise.all(
        wrong.slice(i, i + 4).map(async ({ args, says }) => {
          const { status, out, err } = await run(args)
          assert.equal(status, 2, `${args}: ${err}`)
          assert.match(err, says)
          assert.equal(out, '')
          assert(!err.includes(token))
        }),
      )
    }
  })
})

describe('latchkey token revoke', () => {
  const directory = mkdtempSync(join(tmpdir(), 'latchkey-revoke-'))
  const runner = new CommandRunner()
  const environment = environmentWith({ LATCHKEY_DATA: join(directory, 'data') })
  const run = (args: readonly string[], input = '') => runner.run({ args, environment, directory, input })
  before(async () => {
    const { status, err } = await run(['migrate'])
    assert.equal(status, 0, err)
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('revokes by the id, and says until when it matters', async () => {
    const id = newIdentifier('jti', realWorld)
    const { status, out, err } = await run(['token', 'revoke', '--id', id, '--json'])
    assert.equal(status, 0, err)
    const { token_id, ends_at } = JSON.parse(out)
    assert.equal(token_id, id)
    assert.ok(Date.parse(ends_at) > Date.now())
    const again = await run(['token', 'revoke', '--id', id])
    assert.match(again.out, new RegExp(`^${id} is refused here from now on`))
  })

  for (const [name, args, input] of [
    ['from standard input', ['-'], 'a token that is none'],
    ['as an argument', ['a.b.c'], ''],
    ['by the id of something else', ['--id', 'ses_06f8p3x2v9r4k7m1n5q8s0t2w4'], ''],
  ] as const) {
    test(`refuses what is no token of this server, ${name}, and does not repeat it`, async () => {
      const { status, out, err } = await run(['token', 'revoke', ...args], input)
      assert.deepEqual([status, out], [1, ''])
      assert.match(err, /^latchkey: this is no (access token|id of a token) of this server\n$/)
    })
  }
})

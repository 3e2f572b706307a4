import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
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

  /** A secret as a JWK, of so many bytes. */
  const secretJwk = (bytes: number, more: object = {}) =>
    JSON.stringify({ kty: 'oct', k: Buffer.alloc(bytes, 7).toString('base64url'), ...more })
  const long = file('long.jwk', secretJwk(32, { kid: 'of the file' }))
  const short = file('short.jwk', secretJwk(6))
  const empty = file('empty.jwk', '{"kty":"oct"}')
  const headerOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())

  test('a secret that is a JWK signs with its own id, or with the one that is given', async () => {
    const [own, given] = await Promise.all([
      run(['sign', '{}', '--key', long]),
      run(['sign', '{}', '--key', long, '--key-id', 'two', '--algorithm', 'HS256']),
    ])
    assert.deepEqual(headerOf(own.out), { alg: 'HS256', typ: 'JWT', kid: 'of the file' })
    assert.deepEqual(headerOf(given.out), { alg: 'HS256', typ: 'JWT', kid: 'two' })
    const verified = await run(['verify', own.out.trim(), '--key', long, '--allow-no-expiry'])
    assert.equal(verified.status, 0, verified.err)
  })

  test('a short secret is accepted where that is said, also as a JWK and in a file of a key set', async () => {
    const set = file('short-set.json', `{"keys":[${secretJwk(6)}]}`)
    const weak = ['--insecure-short-secret']
    const { out, err } = await run(['sign', '{}', '--key', short, ...weak])
    assert.equal(err, '')
    for (const given of [
      ['--key', short],
      ['--jwks', set],
    ]) {
      const asked = ['verify', out.trim(), '--allow-no-expiry', ...given]
      assert.equal((await run(asked)).status, 2, given.join(' '))
      assert.equal((await run([...asked, ...weak])).status, 0, given.join(' '))
    }
  })

  for (const [name, pair, options, alg] of [
    ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }), [], 'RS256'],
    [
      'RSA with padding',
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      ['--algorithm', 'PS384'],
      'PS384',
    ],
    ['Ed25519', generateKeyPairSync('ed25519'), [], 'EdDSA'],
    ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }), [], 'ES384'],
    ['P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' }), [], 'ES512'],
    ['ML-DSA-65', generateKeyPairSync('ml-dsa-65'), [], 'ML-DSA-65'],
  ] as const) {
    test(`a key in PEM signs by its type, and either half verifies: ${name}`, async () => {
      const whole = file(`${name}.pem`, String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' })))
      const half = file(`${name}.pub`, String(pair.publicKey.export({ format: 'pem', type: 'spki' })))
      const { out, err } = await run([
        'sign',
        '{"sub":"ada"}',
        '--key',
        whole,
        '--expires-in',
        '60',
        ...options,
      ])
      assert.equal(headerOf(out).alg, alg, err)
      for (const key of [whole, half]) {
        const verified = await run(['verify', out.trim(), '--key', key, ...options])
        assert.equal(verified.status, 0, verified.err)
      }
    })
  }

  test('says what is wrong with an address of a key set, and follows none that it leads on to', async (t) => {
    const server = createServer(({ url }, response) => {
      if (url === '/moved') response.writeHead(302, { location: '/' }).end()
      else if (url === '/broken') response.writeHead(500).end()
      else response.end(url === '/text' ? 'keys' : '{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"odd"},7]}')
    }).listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo // it listens on TCP
    const at = (path: string) => `http://127.0.0.1:${port}${path}`
    for (const [path, status, says] of [
      ['/moved', 1, /answered with status 302/],
      ['/broken', 1, /answered with status 500/],
      ['/text', 2, /is no key set: it has no list of keys/],
      ['/secrets', 2, /holds no key that can be used/],
    ] as const) {
      const answer = await run(['verify', token, '--jwks', at(path)])
      assert.deepEqual([answer.status, answer.out], [status, ''], path)
      assert.match(answer.err, says)
    }
    server.close()
    const gone = await run(['verify', token, '--jwks', at('/gone')])
    assert.deepEqual([gone.status, gone.out], [1, ''])
    assert.match(gone.err, /cannot be fetched\n$/)
  })

  const wrong: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
    { args: ['verify', token], says: /^latchkey: give a key/ },
    { args: ['verify', '--key', publicFile], says: /^latchkey: give a token/ },
    { args: ['verify', token, '--key', 'nowhere'], says: /nowhere, which cannot be read \(ENOENT\)/ },
    { args: ['verify', token, '--key', jwks], says: /is a key set: give it with --jwks/ },
    { args: ['verify', token, '--secret-env', 'TALK_SECRET'], says: /--insecure-short-secret allows fewer/ },
    { args: ['verify', token, '--jwks', 'http://id.example/'], says: /https, or http to a loopback/ },
    {
      args: ['verify', token, '--jwks', 'https://'],
      says: /^latchkey: --jwks is neither a file nor a whole URL/,
    },
    { args: ['verify', token, '--key', publicFile, '--at', 'noon'], says: /--at takes a time/ },
    { args: ['verify', token, '--key', publicFile, '--issuer', ''], says: /^latchkey: --issuer is empty/ },
    {
      args: ['verify', token, '--key', publicFile, '--audience', ''],
      says: /^latchkey: --audience is empty/,
    },
    { args: ['explain', token, '--key', publicFile, '--type', ''], says: /^latchkey: --type is empty/ },
    {
      args: ['verify', token, '--key', publicFile, '--algorithm', 'HS256'],
      says: /^latchkey: the key is not for the algorithms that --algorithm names/,
    },
    {
      args: ['explain', token, '--secret-env', 'TALK_SECRET', '--algorithm', 'ES256'],
      says: /^latchkey: the key is not for the algorithms that --algorithm names/,
    },
    { args: ['verify', token, '--secret-env', 'NO_SUCH'], says: /names a variable that is not set/ },
    { args: ['verify', token, '--key', empty], says: /empty\.jwk cannot be used: .* has no member k/ },
    { args: ['sign', '{}', '--key', empty, '--insecure-short-secret'], says: /has no member k/ },
    {
      args: ['sign', '{}', '--key', short],
      says: /short\.jwk cannot be used: .*--insecure-short-secret allows/,
    },
    { args: ['sign', '{}'], says: /give one key to sign with/ },
    { args: ['sign', '{}', '--key', long, '--secret-env', 'TALK_SECRET'], says: /give one key to sign with/ },
    {
      args: ['sign', '{}', '--secret-env', 'TALK_SECRET', '--algorithm', 'ES256'],
      says: /ES256 wants a private key: give it with --key/,
    },
    { args: ['sign', '[]', '--key', privateFile], says: /the claims are a JSON object/ },
    { args: ['sign', '{}', '--key', privateFile, '--header', 'x'], says: /--header takes name=value/ },
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

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { parseNetwork } from '../addresses/networks.ts'
import { ConfigError, environmentName, readConfig } from './config.ts'
import { type Mode, settings } from './settings.ts'

/** What is wrong with a configuration, a line each. */
function problemsOf(environment: Record<string, string>, mode: Mode = 'development'): readonly string[] {
  try {
    readConfig(environment, mode)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error))
    return error.problems
  }
}

const strongKey = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 37) % 256)).toString('base64url')
/** A key of 32 bytes, of which so many differ. */
const keyOf = (different: number) =>
  Buffer.from(Array.from({ length: 32 }, (_, i) => i % different)).toString('base64url')
/** The key of somebody who signs checkpoints of a log. */
const verifier = `other.example+0123abcd+${'A'.repeat(44)}`
const weakKey = Buffer.alloc(32, 1).toString('base64url')

describe('the configuration', () => {
  test('needs nothing in development, and stays on this machine', () => {
    const config = readConfig({}, 'development')
    assert.equal(config.issuer, 'http://127.0.0.1:8484')
    assert.equal(config.audience, config.issuer)
    assert.equal(config.mqttHost, '127.0.0.1')
    assert.equal(config.accessTokenSeconds, 300)
    assert.deepEqual(config.corsOrigins, [])
    assert.deepEqual(config.trustedProxies, [])
  })

  for (const [setting, first, last] of [
    ['LATCHKEY_PORT', 0, 65_535],
    ['LATCHKEY_ACCESS_TOKEN_SECONDS', 30, 3600],
    ['LATCHKEY_KEY_ROTATION_DAYS', 0, 3650],
    ['LATCHKEY_ACTIVITY_TABLE_DAYS', 1, 3650],
    ['LATCHKEY_BACKUP_EVERY_HOURS', 1, 8760],
    ['LATCHKEY_BACKUP_LOCK_DAYS', 0, 36_500],
    ['LATCHKEY_CONNECTIONS_PER_ADDRESS', 1, 999_999_999],
  ] as const)
    test(`${setting} may be ${first}, and ${last}, and nothing beyond`, () => {
      for (const value of [first, last]) assert.deepEqual(problemsOf({ [setting]: String(value) }), [])
      for (const value of [first - 1, last + 1])
        assert.match(problemsOf({ [setting]: String(value) }).join(), /^\S+ must be /)
    })

  const accepted: {
    name: string
    environment: Record<string, string>
    setting: keyof ReturnType<typeof readConfig>
    value: unknown
  }[] = [
    {
      name: 'an issuer is kept as an origin, without the slash at its end',
      environment: { LATCHKEY_ISSUER: 'https://ID.example:443/' },
      setting: 'issuer',
      value: 'https://id.example',
    },
    {
      name: 'a directory below one that is called like an address is a directory',
      environment: { LATCHKEY_BACKUP_TO: '/mnt/https:/log?x' },
      setting: 'backupTo',
      value: '/mnt/https:/log?x',
    },
    {
      name: 'an origin is kept as browsers send it, or it would never match',
      environment: { LATCHKEY_CORS_ORIGINS: ' https://App.example/ ,, http://localhost:5173' },
      setting: 'corsOrigins',
      value: ['https://app.example', 'http://localhost:5173'],
    },
    {
      name: 'an empty variable counts as left out',
      environment: { LATCHKEY_PORT: '', LATCHKEY_ISSUER: '', LATCHKEY_DATA: '' },
      setting: 'port',
      value: 8484,
    },
    {
      name: 'an IPv6 host stands in brackets in the issuer',
      environment: { LATCHKEY_HOST: '::1' },
      setting: 'issuer',
      value: 'http://[::1]:8484',
    },
    {
      name: 'an audience of its own',
      environment: { LATCHKEY_AUDIENCE: 'lamps' },
      setting: 'audience',
      value: 'lamps',
    },
    {
      name: 'who may open the debugger, in place of everybody',
      environment: { LATCHKEY_DEBUGGER: 'signed-in' },
      setting: 'debugger',
      value: 'signed-in',
    },
    {
      name: 'for how many days kinds of events are kept',
      environment: { LATCHKEY_ACTIVITY_RETENTION: 'connections=01, refusals=99999' },
      setting: 'activityRetention',
      value: { connections: 1, refusals: 99_999 },
    },
    {
      name: 'networks with names, each of one family',
      environment: { LATCHKEY_NETWORK_NAMES: 'office=203.0.113.0/24, vpn-2=2001:db8::/32' },
      setting: 'networkNames',
      value: [
        { name: 'office', network: parseNetwork('203.0.113.0/24') },
        { name: 'vpn-2', network: parseNetwork('2001:db8::/32') },
      ],
    },
    {
      name: 'networks and single addresses',
      environment: { LATCHKEY_TRUSTED_PROXIES: '10.0.0.0/8, ::1' },
      setting: 'trustedProxies',
      value: [parseNetwork('10.0.0.0/8'), parseNetwork('::1')],
    },
    {
      name: 'peppers, the one for new hashes first',
      environment: { LATCHKEY_PASSWORD_PEPPERS: `new=${strongKey}, old-1=${keyOf(31)}` },
      setting: 'passwordPeppers',
      value: [
        { name: 'new', secret: Buffer.from(strongKey, 'base64url') },
        { name: 'old-1', secret: Buffer.from(keyOf(31), 'base64url') },
      ],
    },
    {
      name: 'witnesses by https, and by http on this machine',
      environment: {
        LATCHKEY_WITNESSES: `https://other.example/tlog=${verifier}, http://127.0.0.1:80=${verifier}`,
      },
      setting: 'witnesses',
      value: [
        { url: 'https://other.example/tlog', key: verifier },
        { url: 'http://127.0.0.1:80', key: verifier },
      ],
    },
    {
      name: 'a store on this machine without TLS',
      environment: {
        ...{ LATCHKEY_BACKUP_TO: 'http://127.0.0.1:9000/log' },
        ...{ LATCHKEY_BACKUP_ACCESS_KEY: 'id', LATCHKEY_BACKUP_SECRET_KEY: 'secret' },
      },
      setting: 'backupTo',
      value: 'http://127.0.0.1:9000/log',
    },
    ...['a@id.example', '<a@id.example>', 'Lamps <a@id.example>'].map((sender) => ({
      name: `mail from ${sender}`,
      environment: { LATCHKEY_MAIL_FROM: sender },
      setting: 'mailFrom' as const,
      value: sender,
    })),
    {
      name: 'the domain of passkeys in small letters, as browsers compare it',
      environment: { LATCHKEY_RP_ID: 'Example.com' },
      setting: 'rpId',
      value: 'example.com',
    },
    { name: 'names of other programs', environment: { LATCH: '1', PORT: 'x' }, setting: 'port', value: 8484 },
    {
      name: 'what the tests of Latchkey set for themselves',
      environment: { LATCHKEY_TEST_POSTGRES: 'x' },
      setting: 'port',
      value: 8484,
    },
  ]
  for (const { name, environment, setting, value } of accepted) {
    test(`is read: ${name}`, () => {
      assert.deepEqual(readConfig(environment, 'development')[setting], value)
    })
  }

  test('with an empty data directory does not take the directory it is started in', () => {
    assert.equal(readConfig({ LATCHKEY_DATA: '' }, 'production').data, readConfig({}, 'production').data)
  })

  const refused: { setting: string; value: string; says: RegExp }[] = [
    { setting: 'HOST', value: 'two words', says: /address or a name/ },
    { setting: 'PORT', value: '65536', says: /0 to 65535/ },
    { setting: 'PORT', value: '-1', says: /0 to 65535/ },
    { setting: 'PORT', value: '8484 ', says: /0 to 65535/ },
    { setting: 'PORT', value: ' 8484', says: /0 to 65535/ },
    { setting: 'PORT', value: '000080', says: /0 to 65535/ },
    { setting: 'PORT', value: '1e3', says: /0 to 65535/ },
    { setting: 'MQTT_PORT', value: 'mqtt', says: /0 to 65535/ },
    { setting: 'ISSUER', value: 'id.example', says: /http or https address/ },
    { setting: 'ISSUER', value: 'ftp://id.example', says: /http or https address/ },
    { setting: 'ISSUER', value: 'xhttp://id.example/', says: /http or https address/ },
    { setting: 'ISSUER', value: 'https://id.example/auth', says: /without path/ },
    { setting: 'ISSUER', value: 'https://id.example?a=1', says: /query/ },
    { setting: 'ISSUER', value: 'https://id.example#x', says: /without path/ },
    { setting: 'ISSUER', value: 'https://root@id.example', says: /user/ },
    { setting: 'ISSUER', value: 'https://:secret@id.example', says: /user/ },
    { setting: 'RP_ID', value: 'https://id.example', says: /must be a domain/ },
    { setting: 'RP_ID', value: 'id.example:8443', says: /must be a domain/ },
    { setting: 'RP_ID', value: 'id.example/', says: /must be a domain/ },
    { setting: 'RP_ID', value: '192.0.2.1', says: /must be a domain/ },
    { setting: 'RP_ID', value: '[::1]', says: /must be a domain/ },
    { setting: 'RP_ID', value: '::1', says: /must be a domain/ },
    { setting: 'RP_ID', value: 'two words', says: /must be a domain/ },
    { setting: 'PASSKEY_ORIGINS', value: 'app.example', says: /must be origins/ },
    { setting: 'PASSKEY_ORIGINS', value: 'https://app.example/sign-in', says: /must be origins/ },
    { setting: 'SIGNING_ALGORITHM', value: 'HS256', says: /ES256, RS256 or EdDSA/ },
    { setting: 'SIGNING_ALGORITHM', value: 'none', says: /ES256, RS256 or EdDSA/ },
    { setting: 'ACCESS_TOKEN_SECONDS', value: '29', says: /30 to 3600/ },
    { setting: 'ACCESS_TOKEN_SECONDS', value: '3601', says: /30 to 3600/ },
    { setting: 'ACCESS_TOKEN_SECONDS', value: '+300', says: /whole number/ },
    { setting: 'CONNECTIONS_PER_ADDRESS', value: '0', says: /1 at least/ },
    { setting: 'CONNECTIONS_PER_ADDRESS', value: '1234567890', says: /whole number/ },
    { setting: 'ACCESS_TOKEN_SECONDS', value: '5m', says: /whole number/ },
    { setting: 'CORS_ORIGINS', value: '*', says: /origins such as/ },
    { setting: 'CORS_ORIGINS', value: 'https://app.example/path', says: /origins such as/ },
    { setting: 'TRUSTED_PROXIES', value: '1', says: /no longer how many.*127\.0\.0\.1/ },
    { setting: 'TRUSTED_PROXIES', value: '0', says: /no longer how many.*nothing where there is none/ },
    { setting: 'TRUSTED_PROXIES', value: '10.0.0.0/8, 2', says: /no longer how many/ },
    { setting: 'TRUSTED_PROXIES', value: 'true', says: /addresses or networks/ },
    { setting: 'TRUSTED_PROXIES', value: 'proxy.example', says: /addresses or networks/ },
    { setting: 'TRUSTED_PROXIES', value: '10.0.0.1/8', says: /bits beyond the prefix/ },
    { setting: 'TRUSTED_PROXIES', value: '10.0.0.0/33', says: /addresses or networks/ },
    { setting: 'TRUSTED_PROXIES', value: '10.0.0.0/', says: /addresses or networks/ },
    { setting: 'TRUSTED_PROXIES', value: '2001:db8::/129', says: /addresses or networks/ },
    { setting: 'TRUSTED_PROXIES', value: '::ffff:10.0.0.0/104', says: /addresses or networks/ },
    { setting: 'TRUSTED_PROXIES', value: '10.0.0.0/8/8', says: /addresses or networks/ },
    { setting: 'TRUSTED_PROXIES', value: '10.0.0.0/8 10.1.0.0/16', says: /addresses or networks/ },
    { setting: 'TRUSTED_PROXIES', value: Array(101).fill('10.0.0.1').join(), says: /100 networks/ },
    { setting: 'MAIL_URL', value: 'mail.example', says: /smtp:\/\// },
    { setting: 'MAIL_URL', value: 'http://mail.example', says: /smtp:\/\// },
    { setting: 'MAIL_URL', value: 'smtp://', says: /smtp:\/\// },
    { setting: 'MAIL_URL', value: 'smtp://mail.example/inbox', says: /without path/ },
    { setting: 'MAIL_URL', value: 'smtp://mail.example?tls=off', says: /without path or query/ },
    { setting: 'MAIL_URL', value: 'smtp://a:50%@mail.example', says: /smtp:\/\// },
    { setting: 'MAIL_URL', value: 'smtp://50%:a@mail.example', says: /smtp:\/\// },
    { setting: 'MAIL_URL', value: 'smtp://mail.example#x', says: /smtp:\/\// },
    { setting: 'MAIL_URL', value: 'smtp://mail.example', says: /needs LATCHKEY_MAIL_FROM/ },
    { setting: 'MAIL_FROM', value: 'nobody', says: /address of mail/ },
    { setting: 'MAIL_FROM', value: 'A <a@id.example>, B <b@id.example>', says: /address of mail/ },
    { setting: 'MAIL_FROM', value: 'a@id.example\r\nBcc: b@id.example', says: /address of mail/ },
    { setting: 'MAIL_FROM', value: 'Lamps <nobody>', says: /address of mail/ },
    { setting: 'MAIL_FROM', value: 'Lamps\u202e <a@id.example>', says: /address of mail/ },
    { setting: 'MAIL_OAUTH_TOKEN_URL', value: 'login', says: /https address/ },
    { setting: 'MAIL_OAUTH_TOKEN_URL', value: 'ftp://127.0.0.1/token', says: /https address/ },
    { setting: 'MAIL_OAUTH_TOKEN_URL', value: 'http://login.example/token', says: /https address/ },
    { setting: 'BACKUP_TO', value: 'https://objects.example', says: /bucket/ },
    { setting: 'BACKUP_TO', value: 'https://objects.example//', says: /bucket/ },
    { setting: 'BACKUP_TO', value: 'https://objects.example/log#x', says: /bucket/ },
    { setting: 'BACKUP_TO', value: 'https://objects.example/log?x', says: /bucket/ },
    { setting: 'BACKUP_TO', value: 'https://user@objects.example/log', says: /bucket/ },
    { setting: 'BACKUP_TO', value: 'https://:word@objects.example/log', says: /bucket/ },
    { setting: 'BACKUP_TO', value: 'ftp://127.0.0.1/log', says: /bucket/ },
    { setting: 'BACKUP_TO', value: ' ', says: /directory/ },
    { setting: 'BACKUP_TO', value: 'http://objects.example/log', says: /bucket/ },
    { setting: 'BACKUP_TO', value: 'ftp://objects.example/log', says: /bucket/ },
    { setting: 'BACKUP_TO', value: 'ftp://objects.example/log\nx', says: /bucket/ },
    { setting: 'ACTIVITY_RETENTION', value: 'connections=0', says: /1 at least/ },
    { setting: 'ACTIVITY_RETENTION', value: 'connections=00000', says: /1 at least/ },
    { setting: 'ACTIVITY_RETENTION', value: 'connections=100000', says: /then = and days/ },
    { setting: 'ACTIVITY_RETENTION', value: 'connections', says: /then = and days/ },
    { setting: 'ACTIVITY_RETENTION', value: 'connections=9,logins=9', says: /then = and days/ },
    { setting: 'ACTIVITY_RETENTION', value: 'devices=1,devices=2', says: /each kind once/ },
    { setting: 'NETWORK_NAMES', value: 'office', says: /then = and a network/ },
    { setting: 'NETWORK_NAMES', value: 'Office=10.0.0.0/8', says: /a name of a-z/ },
    { setting: 'NETWORK_NAMES', value: 'local=10.0.0.0/8', says: /not local or carrier/ },
    { setting: 'NETWORK_NAMES', value: 'carrier=10.0.0.0/8', says: /not local or carrier/ },
    { setting: 'NETWORK_NAMES', value: 'office=10.0.0.1/8', says: /bits beyond the prefix/ },
    { setting: 'NETWORK_NAMES', value: Array(101).fill('office=10.0.0.1').join(), says: /100 networks/ },
    { setting: 'WITNESSES', value: 'https://other.example/tlog', says: /verifier key/ },
    { setting: 'WITNESSES', value: `other=${verifier}`, says: /https address/ },
    { setting: 'WITNESSES', value: 'https://other.example/tlog=other.example', says: /verifier key/ },
    { setting: 'WITNESSES', value: `http://other.example/tlog=${verifier}`, says: /http on this machine/ },
    { setting: 'WITNESSES', value: `ftp://127.0.0.1/tlog=${verifier}`, says: /https address/ },
    { setting: 'WITNESSES', value: `https://me@other.example/tlog=${verifier}`, says: /https address/ },
    { setting: 'WITNESSES', value: `https://other.example/tlog?x=${verifier}`, says: /https address/ },
    { setting: 'WITNESSES', value: `https://other.example/tlog#x=${verifier}`, says: /https address/ },
    { setting: 'WITNESS_FOR', value: 'other.example', says: /verifier keys/ },
    { setting: 'BACKUP_RECIPIENTS', value: 'age1', says: /public keys of age/ },
    { setting: 'MASTER_KEYS_BEFORE', value: `${strongKey},hunter2`, says: /32 bytes in base64url/ },
    { setting: 'MASTER_KEY', value: 'hunter2', says: /32 bytes in base64url/ },
    { setting: 'PASSWORD_PEPPERS', value: strongKey, says: /must be a name/ },
    { setting: 'PASSWORD_PEPPERS', value: `One=${strongKey}`, says: /must be a name/ },
    { setting: 'PASSWORD_PEPPERS', value: 'one=hunter2', says: /must be a name/ },
    { setting: 'PASSWORD_PEPPERS', value: `one=${strongKey.replace(/.$/, 'B')}`, says: /must be a name/ },
    { setting: 'PASSWORD_PEPPERS', value: `one=${strongKey},one=${strongKey}`, says: /each name once/ },
    { setting: 'MASTER_KEY', value: `A${strongKey}`, says: /32 bytes in base64url/ },
    { setting: 'MASTER_KEY', value: `${strongKey}=`, says: /32 bytes in base64url/ },
    { setting: 'MASTER_KEY', value: strongKey.replace(/.$/, 'B'), says: /32 bytes in base64url/ },
  ]
  for (const { setting, value, says } of refused) {
    test(`refuses LATCHKEY_${setting} = ${JSON.stringify(value)} in one line that names it`, () => {
      const problems = problemsOf({ [`LATCHKEY_${setting}`]: value })
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', new RegExp(`^LATCHKEY_${setting} `))
      assert.match(problems[0] ?? '', says)
    })
  }

  test('never repeats a master key that it refuses', () => {
    for (const key of ['hunter2', weakKey])
      assert.ok(!problemsOf({ LATCHKEY_MASTER_KEY: key }, 'production').join().includes(key))
  })

  const oauth = {
    LATCHKEY_MAIL_OAUTH_TOKEN_URL: 'https://login.example/token',
    LATCHKEY_MAIL_OAUTH_CLIENT_ID: 'client',
    LATCHKEY_MAIL_OAUTH_CLIENT_SECRET: 'secret',
  }
  const mail = { LATCHKEY_MAIL_URL: 'smtp://box@mail.example', LATCHKEY_MAIL_FROM: 'Lamps <a@id.example>' }

  test('takes a mail server with a password, one with an access token, and none', () => {
    const withPassword = { ...mail, LATCHKEY_MAIL_URL: 'smtps://box:50%25@mail.example:465' }
    for (const environment of [withPassword, { ...mail, ...oauth }, { LATCHKEY_MAIL_URL: 'none' }])
      assert.deepEqual(problemsOf(environment), [])
    assert.equal(readConfig({ LATCHKEY_MAIL_URL: 'none' }, 'production').mailUrl, undefined)
  })

  for (const missing of Object.keys(oauth)) {
    test(`refuses the access token of a mail server without ${missing}`, () => {
      assert.match(problemsOf({ ...mail, ...oauth, [missing]: '' }).join(), /go together/)
    })
  }

  test('refuses an access token for a mail server beside a password, and without a user', () => {
    for (const url of ['smtp://box:password@mail.example', 'smtp://mail.example'])
      assert.match(problemsOf({ ...mail, ...oauth, LATCHKEY_MAIL_URL: url }).join(), /a user and no password/)
  })

  test('refuses a certificate without its key, and a key without its certificate', () => {
    for (const name of ['LATCHKEY_MQTT_TLS_CERT', 'LATCHKEY_MQTT_TLS_KEY'])
      assert.match(problemsOf({ [name]: 'file.pem' }).join(), /go together/)
  })

  for (const { name, given, missing, says } of [
    {
      name: 'registration by a token without the file of that',
      given: { LATCHKEY_CLIENT_REGISTRATION: 'token' },
      missing: { LATCHKEY_CLIENT_REGISTRATION_TOKEN_FILE: 'file' },
      says: /needs LATCHKEY_CLIENT_REGISTRATION_TOKEN_FILE/,
    },
    {
      name: 'a bucket for backups without its access key',
      given: { LATCHKEY_BACKUP_TO: 'https://s3.example/log', LATCHKEY_BACKUP_SECRET_KEY: 'secret' },
      missing: { LATCHKEY_BACKUP_ACCESS_KEY: 'id' },
      says: /needs LATCHKEY_BACKUP_ACCESS_KEY and/,
    },
    {
      name: 'a bucket for backups without its secret key',
      given: { LATCHKEY_BACKUP_TO: 'https://s3.example/log', LATCHKEY_BACKUP_ACCESS_KEY: 'id' },
      missing: { LATCHKEY_BACKUP_SECRET_KEY: 'secret' },
      says: /needs .* and LATCHKEY_BACKUP_SECRET_KEY/,
    },
    {
      name: 'a mail server without a sender',
      given: { LATCHKEY_MAIL_URL: 'smtp://mail.example' },
      missing: { LATCHKEY_MAIL_FROM: 'latchkey@id.example' },
      says: /needs LATCHKEY_MAIL_FROM/,
    },
  ]) {
    test(`refuses ${name}, and takes it with that`, () => {
      const [problem, ...others] = problemsOf(given)
      assert.match(problem ?? '', says)
      assert.deepEqual([others, problemsOf({ ...given, ...missing })], [[], []])
    })
  }

  const typos = [
    { typed: 'LATCHKEY_PROT', meant: 'LATCHKEY_PORT' },
    { typed: 'LATCHKEY_ISSUERS', meant: 'LATCHKEY_ISSUER' },
    { typed: 'LATCHKEY_MASTERKEY', meant: 'LATCHKEY_MASTER_KEY' },
    { typed: 'LATCHKEY_TRUSTED_PROXYS', meant: 'LATCHKEY_TRUSTED_PROXIES' },
    { typed: 'LATCHKEY_ACESS_TOKEN_SECONDS', meant: 'LATCHKEY_ACCESS_TOKEN_SECONDS' },
    { typed: 'LATCHKEY_COLOUR', meant: undefined },
    { typed: 'LATCHKEY_', meant: undefined },
  ]
  for (const { typed, meant } of typos) {
    test(`refuses the unknown name ${typed}${meant ? ` and asks whether ${meant} was meant` : ''}`, () => {
      const [problem = ''] = problemsOf({ [typed]: '1' })
      assert.match(problem, new RegExp(`^${typed} is no setting`))
      assert.equal(/did you mean (\w+)/.exec(problem)?.[1], meant)
    })
  }

  test('says everything that is wrong at once, a line each', () => {
    const problems = problemsOf({
      LATCHKEY_PORT: 'x',
      LATCHKEY_ISSUER: 'x',
      LATCHKEY_TRUSTED_PROXIES: 'x',
      LATCHKEY_PROT: '1',
    })
    assert.deepEqual(problems.map((line) => line.split(' ', 1)[0]).sort(), [
      'LATCHKEY_ISSUER',
      'LATCHKEY_PORT',
      'LATCHKEY_PROT',
      'LATCHKEY_TRUSTED_PROXIES',
    ])
  })

  test('has a name in the environment for every setting', () => {
    assert.equal(environmentName('mqttTlsCert'), 'LATCHKEY_MQTT_TLS_CERT')
    const names = Object.keys(settings).map(environmentName)
    assert.equal(new Set(names).size, names.length)
    for (const name of names) assert.match(name, /^LATCHKEY_[A-Z]+(_[A-Z]+)*$/)
  })
})

describe('production', () => {
  test('starts with nothing set: it then listens on loopback only', () => {
    assert.equal(readConfig({}, 'production').host, '127.0.0.1')
  })

  const safe = [
    {
      name: 'an https issuer',
      environment: { LATCHKEY_ISSUER: 'https://id.example', LATCHKEY_HOST: '0.0.0.0' },
    },
    {
      name: 'MQTT on a public host with TLS',
      environment: {
        LATCHKEY_MQTT_HOST: '0.0.0.0',
        LATCHKEY_MQTT_TLS_CERT: 'c.pem',
        LATCHKEY_MQTT_TLS_KEY: 'k.pem',
      },
    },
    { name: 'a random master key', environment: { LATCHKEY_MASTER_KEY: strongKey } },
    { name: 'a master key of 16 different bytes', environment: { LATCHKEY_MASTER_KEY: keyOf(16) } },
    { name: 'an issuer on loopback in IPv6', environment: { LATCHKEY_ISSUER: 'http://[::1]:8484' } },
  ]
  for (const { name, environment } of safe) {
    test(`starts with ${name}`, () => assert.deepEqual(problemsOf(environment, 'production'), []))
  }

  const unsafe = [
    {
      name: 'an http issuer that is not loopback',
      environment: { LATCHKEY_ISSUER: 'http://id.example' },
      says: /is http/,
    },
    {
      name: 'an http issuer that only looks like loopback',
      environment: { LATCHKEY_ISSUER: 'http://127.0.0.1.example' },
      says: /is http/,
    },
    { name: 'a public host and no issuer', environment: { LATCHKEY_HOST: '0.0.0.0' }, says: /is http/ },
    { name: 'a port that nobody can know', environment: { LATCHKEY_PORT: '0' }, says: /LATCHKEY_PORT 0/ },
    {
      name: 'MQTT without TLS on a public host',
      environment: { LATCHKEY_MQTT_HOST: '0.0.0.0' },
      says: /without TLS/,
    },
    {
      name: 'MQTT on a public host with empty names of files',
      environment: {
        LATCHKEY_MQTT_HOST: '0.0.0.0',
        LATCHKEY_MQTT_TLS_CERT: '',
        LATCHKEY_MQTT_TLS_KEY: '',
      },
      says: /without TLS/,
    },
    {
      name: 'MQTT without TLS on every IPv6 address',
      environment: { LATCHKEY_MQTT_HOST: '::' },
      says: /without TLS/,
    },
    {
      name: 'a master key that is not random',
      environment: { LATCHKEY_MASTER_KEY: weakKey },
      says: /not random/,
    },
    {
      name: 'a pepper of 15 different bytes',
      environment: { LATCHKEY_PASSWORD_PEPPERS: `good=${keyOf(16)},bad=${keyOf(15)}` },
      says: /pepper bad .* not random/,
    },
    {
      name: 'a master key of 15 different bytes',
      environment: { LATCHKEY_MASTER_KEY: keyOf(15) },
      says: /not random/,
    },
  ]
  for (const { name, environment, says } of unsafe) {
    test(`refuses to start with ${name}, and says how to mend it`, () => {
      const problems = problemsOf(environment, 'production')
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', says)
      assert.match(problems[0] ?? '', /LATCHKEY_/)
    })
  }

  test('says at once all that is unsafe', () => {
    const environment = {
      LATCHKEY_HOST: '0.0.0.0',
      LATCHKEY_MQTT_HOST: '0.0.0.0',
      LATCHKEY_MASTER_KEY: weakKey,
    }
    assert.equal(problemsOf(environment, 'production').length, 3)
  })
})

describe('development', () => {
  for (const name of ['LATCHKEY_HOST', 'LATCHKEY_MQTT_HOST']) {
    for (const value of ['0.0.0.0', '::', '192.168.1.5', 'lamp.example', 'lamp.example/127.0.0.1']) {
      test(`refuses ${name}=${value}: it prints the secrets of its accounts`, () => {
        assert.match(problemsOf({ [name]: value }).join(), /loopback only/)
      })
    }
    for (const value of ['127.0.0.1', '127.8.4.1', '::1', 'localhost']) {
      test(`listens on ${name}=${value}`, () => assert.deepEqual(problemsOf({ [name]: value }), []))
    }
  }
})

describe('latchkey.json beside the data directory', () => {
  let directory: string
  let data: string
  const write = (content: string) => writeFileSync(join(directory, 'latchkey.json'), content)
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-config-'))
    data = join(directory, 'data')
  })
  after(() => rmSync(directory, { recursive: true }))

  test('is read, and the environment goes before it', () => {
    write('{"port": "9000", "mqttPort": "9001"}')
    const config = readConfig({ LATCHKEY_DATA: data, LATCHKEY_MQTT_PORT: '9002' }, 'development')
    assert.deepEqual([config.port, config.mqttPort], [9000, 9002])
  })

  const refused = [
    { name: 'no JSON', content: '{port: 1}', says: /cannot be read/ },
    { name: 'a list', content: '[]', says: /must hold a JSON object/ },
    { name: 'null', content: 'null', says: /must hold a JSON object/ },
    { name: 'a number where text is due', content: '{"port": 9000}', says: /port in .* must be text/ },
    {
      name: 'a list where text is due',
      content: '{"corsOrigins": ["https://a.example"]}',
      says: /must be text/,
    },
    { name: 'a wrong value', content: '{"port": "x"}', says: /port in .*latchkey.json must be a port/ },
    {
      name: 'an unknown name',
      content: '{"prot": "1"}',
      says: /prot in .* is no setting.*did you mean port/,
    },
    { name: 'a name of the environment', content: '{"LATCHKEY_PORT": "1"}', says: /is no setting/ },
    { name: 'a name every object has', content: '{"toString": "1"}', says: /is no setting/ },
    {
      name: 'the data directory, which says where the file is',
      content: '{"data": "/x"}',
      says: /LATCHKEY_DATA/,
    },
  ]
  for (const { name, content, says } of refused) {
    test(`is refused: ${name}`, () => {
      write(content)
      const problems = problemsOf({ LATCHKEY_DATA: data })
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', says)
      assert.doesNotMatch(problems[0] ?? '', /\n/)
    })
  }
})

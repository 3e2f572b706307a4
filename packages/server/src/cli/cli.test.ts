import assert from 'node:assert/strict'
import { pbkdf2Sync } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { generateKey, type PrivateKey, publicKeyOf, toJwk } from 'latchkey/token'
import { CommandRunner, environmentWith, launch, listen } from '../../test/commands.ts'
import { freePort } from '../../test/free-port.ts'
import { eventually } from '../../test/second-app.ts'
import { openMailServer } from '../../test/smtp.ts'
import { insertPasskey } from '../accounts/passkeys/store.ts'
import { openDatabase } from '../database/open.ts'
import { createProgram } from './program.ts'

/** The threads of a process, and how far each stands back, as Linux tells it (proc(5)). */
function threadsOf(pid: number | undefined): { name: string; nice: number }[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [, name = '', rest = ''] =
      /\((.*)\) (.*)/.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')) ?? []
    return { name, nice: Number(rest.split(' ')[16]) }
  })
}

describe('the command line', () => {
  let directory: string
  let data: string
  let runner: CommandRunner
  let ports: { LATCHKEY_PORT: string; LATCHKEY_MQTT_PORT: string }
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'latchkey-cli-'))
    data = join(directory, 'data')
    ports = { LATCHKEY_PORT: String(await freePort()), LATCHKEY_MQTT_PORT: String(await freePort()) }
    runner = new CommandRunner()
  })
  after(async () => {
    await runner.close()
    rmSync(directory, { recursive: true, force: true })
  })

  const asked = (args: string, settings: Record<string, string> = {}) => ({
    args: args.split(' '),
    environment: environmentWith({ LATCHKEY_DATA: data, ...ports, ...settings }),
    directory,
  })
  /** In a process of its own: what `start` does, how a process ends, and several at once. */
  const alone = (args: string, settings: Record<string, string> = {}) =>
    listen(launch(asked(args, settings))).ended
  const run = (args: string, settings: Record<string, string> = {}, input = '') =>
    args.startsWith('start') ? alone(args, settings) : runner.run({ ...asked(args, settings), input })
  /** With this text as standard input. */
  const fed = (args: string, input: string) => run(args, {}, input)
  const json = async (args: string, by: typeof run | typeof alone = run) => {
    const { status, out, err } = await by(`${args} --json`)
    assert.equal(status, 0, err)
    assert.equal(err, '')
    return JSON.parse(out)
  }
  /** Start the server and wait until it has greeted. */
  async function start(environment: Record<string, string> = {}) {
    const child = launch(asked('start', environment))
    const { said, ended } = listen(child)
    await Promise.race([eventually(() => said().includes('\n')), ended])
    const issuer = `http://127.0.0.1:${ports.LATCHKEY_PORT}`
    return { child, said, ended, issuer }
  }

  test('tells of every command what it does, with an example', () => {
    const commands = createProgram().commands.flatMap((command) =>
      command.commands.length > 0 ? command.commands : [command],
    )
    assert.ok(commands.length > 10)
    for (const command of commands) {
      let help = ''
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
      assert.match(help, /Example:\n {2}latchkey \w+/, command.name())
      assert.ok(command.description().length > 10, command.name())
    }
  })

  test('does its work before there is a server: users, services, devices, keys', async () => {
    const migrated = await json('migrate')
    assert.ok(migrated.applied.length > 0)
    writeFileSync(
      join(directory, 'lamp.jwk'),
      JSON.stringify(toJwk(publicKeyOf(generateKey('ES256') as PrivateKey))),
    )
    const [ada, service, device, keys] = await Promise.all([
      json('users add ada --type administrator --name Ada', alone),
      json('services add billing --scope activity:read users:read', alone),
      json('devices add lamp --key lamp.jwk --product lamp', alone),
      json('keys list', alone),
    ])
    assert.match(ada.link, /\/invitations\/lk_invite_/)
    assert.match(service.secret, /^lk_service_/)
    assert.equal(service.scope, 'activity:read users:read')
    assert.match(device.claim_code, /\w/)
    assert.deepEqual(keys.map(({ status }: { status: string }) => status).sort(), ['active', 'next'])
  })

  test('only migrate, start and demo make a database', async () => {
    const elsewhere = join(directory, 'mistyped')
    const commands = [
      ...[
        'users list',
        'users add eve',
        'users disable ada',
        'users invite ada',
        'users set-type ada x',
        'users import people.csv',
        'users export',
        'user-types list',
        'sessions list ada',
        'devices list',
        'services add x',
        'keys list',
      ],
      ...['keys rotate', 'keys export', 'activity search', 'devices add x --key lamp.jwk'],
    ]
    for (const args of commands) {
      const { status, err } = await run(args, { LATCHKEY_DATA: elsewhere })
      assert.equal(status, 1, args)
      assert.match(err, /^.*there is no database of Latchkey in .*mistyped: look at LATCHKEY_DATA.*\n$/, args)
      assert.ok(!existsSync(elsewhere), args)
    }
    for (const args of ['doctor', 'openapi', 'token decode x', '--help']) {
      await run(args, { LATCHKEY_DATA: elsewhere })
      assert.ok(!existsSync(elsewhere), args)
    }
    const { status, out } = await run('openapi', { LATCHKEY_DATA: elsewhere })
    assert.deepEqual([status, JSON.parse(out).openapi], [0, '3.1.0'])
    mkdirSync(elsewhere)
    assert.equal((await run('users list', { LATCHKEY_DATA: elsewhere })).status, 1)
    assert.deepEqual(readdirSync(elsewhere), [])
  })

  test('answers people in lines and machines in JSON', async () => {
    const [users, usersJson, devices, set, found, document] = await Promise.all([
      run('users list'),
      json('users list'),
      json('devices list'),
      json('keys export'),
      json('activity search --event user.create'),
      json('openapi'),
    ])
    assert.match(users.out, /^USER +TYPE +STATE/)
    assert.match(users.out, /^ada +administrator +enabled +never +usr_/m)
    assert.ok(!users.out.includes('\u001b'), 'no colour where no terminal is')
    assert.equal(usersJson[0].username, 'ada')
    const listed = async (filters: string) =>
      (await json(`users list ${filters}`)).map(({ username }: { username: string }) => username)
    assert.deepEqual(await listed('--text ad --type administrator --never-signed-in'), ['ada'])
    assert.deepEqual(await listed('--status disabled --type administrator'), [])
    assert.deepEqual(await listed('--signed-in-from 2020-01-01T00:00:00Z'), [])
    await json('users add gone')
    assert.match(
      (await run('users delete gone --grace-days 7')).out,
      /^gone is disabled, and will be deleted at 20/,
    )
    assert.match((await run('users enable gone')).err, /going to be deleted/)
    assert.equal((await json('users undelete gone')).delete_at, null)
    assert.equal((await run('users undelete gone')).status, 1)
    for (const days of ['-1', '366', '1.5', 'x']) {
      assert.equal((await run(`users delete gone --grace-days=${days}`)).status, 2, days)
    }
    for (const wrong of ['--status gone', '--limit 0', '--signed-in-before monday']) {
      assert.equal((await run(`users list ${wrong}`)).status, 2, wrong)
    }
    assert.equal(devices.length, 1)
    assert.ok(set.keys.length === 2 && set.keys.every((key: object) => !('d' in key)))
    assert.equal(found.length, 1)
    assert.equal(document.openapi, '3.1.0')
  })

  test('defines attributes of people, and sets and finds their values', async () => {
    const floor = await json('attributes add floor --label Floor --kind number --most 40 --searchable on')
    assert.deepEqual(
      [floor.most, floor.least, floor.person_may, floor.searchable],
      [40, null, 'nothing', true],
    )
    await json('attributes add size --label Size --kind text --allowed S --allowed M --person-may change')
    await json('users attributes ada --set floor=12 --set size=M')
    const ada = await json('users attributes ada --clear size')
    assert.deepEqual(
      ada.map(({ key, value }: { key: string; value: unknown }) => [key, value]),
      [
        ['floor', 12],
        ['size', null],
      ],
    )
    assert.match((await run('users attributes ada')).out, /^floor +12 +Floor$/m)
    assert.deepEqual((await json('users list --attribute floor=12')).length, 1)
    const changed = await json('attributes change size --allowed none --required on')
    assert.deepEqual([changed.allowed, changed.required], [null, true])
    assert.match((await run('users add without')).err, /the attribute size is required/)
    assert.equal((await json('users add with --attribute size=L')).username, 'with')
    assert.match((await run('attributes remove floor')).err, /1 person has a value, which would be lost/)
    await json('attributes remove floor --people 1')
    await json('attributes remove size --people 1')
    assert.match((await run('attributes list')).out, /^KEY +KIND[^\n]*\n$/)
    for (const wrong of [
      'attributes add x --label X --kind colour',
      'attributes change size --required perhaps',
      'attributes change size --longest much',
      'attributes change size --person-may own',
      'attributes remove size --people few',
      'users attributes ada --set size',
      'users list --attribute size',
    ]) {
      assert.equal((await run(wrong)).status, 2, wrong)
    }
    await json('users delete with --grace-days 0')
  })

  test('does the same to each user who is named by standard input', async () => {
    for (const name of ['first', 'second']) await json(`users add ${name}`)
    const some = await fed('users bulk disable', 'first\n\nsecond\r\nfirst\nnobody\n')
    assert.equal(some.status, 1)
    assert.match(some.out, /^first +done$/m)
    assert.match(some.out, /^second +done$/m)
    assert.match(some.out, /^nobody +user_not_found +no such user$/m)
    assert.equal(some.out.trim().split('\n').length, 4)
    const all = await fed('users bulk enable --json', 'first\nsecond\n')
    assert.deepEqual(
      [all.status, JSON.parse(all.out).map(({ result }: { result: string }) => result)],
      [0, ['done', 'done']],
    )
    assert.match(
      (await fed('users bulk invite', 'first')).out,
      /^first +done +http.*\/invitations\/lk_invite_/m,
    )
    // What was cut off goes on where it ended: with a line of its report that was not written whole.
    const report = join(directory, 'done.ndjson')
    assert.equal((await fed(`users bulk disable --report ${report}`, 'first\nnobody\n')).status, 1)
    appendFileSync(report, '{"action":"disable","id":"usr_')
    const rest = await fed(`users bulk disable --json --report ${report}`, 'first\nsecond\n')
    assert.deepEqual(
      JSON.parse(rest.out).map(({ username, result }: Record<string, string>) => [username, result]),
      [
        ['first', 'done'],
        ['second', 'done'],
      ],
    )
    const rows = readFileSync(report, 'utf8').trim().split('\n')
    assert.deepEqual(rows.length, 4)
    assert.match(rows.at(-1) ?? '', /"username":"second","result":"done"/)
    const other = await fed(`users bulk enable --report ${report}`, 'first\n')
    assert.deepEqual([other.status, /another action/.test(other.err)], [2, true])
    await fed('users bulk enable', 'first\nsecond\n')
    assert.match((await run('sessions end-all first')).out, /have ended/)
    const held = JSON.parse((await run('users data first')).out)
    assert.deepEqual([held.account.username, held.account.has_password], ['first', false])
    assert.equal((await run('users data nobody')).status, 1)
    for (const [wrong, input] of [
      ['users bulk promote', 'first'],
      ['users bulk disable', '\n'],
      ['users bulk set-type', 'first'],
      ['users bulk disable --type customer', 'first'],
      ['users bulk enable --grace-days 3', 'first'],
      ['users bulk delete --grace-days 366', 'first'],
    ] as const) {
      assert.equal((await fed(wrong, input)).status, 2, wrong)
    }
    assert.match((await fed('users bulk delete --grace-days 0', 'first\nsecond')).out, /^second +done$/m)
  })

  test('imports and exports people, and tells who cannot be one', async () => {
    const lines = ['username,display_name,disabled', 'grace,Grace,false', 'henry,=1+1,true', 'ada,,', 'x,y']
    writeFileSync(join(directory, 'people.csv'), lines.join('\n'))
    const trial = await run('users import people.csv --dry-run')
    assert.deepEqual(trial, {
      status: 0,
      out: 'of 4 records 2 would be created, 2 would be refused\n',
      err: 'line 4 (ada): a user of this name exists\nline 5 (x): it has 2 cells, and the first line has 3\n',
    })
    assert.deepEqual(await json('users import people.csv --type customer --report refused.ndjson'), {
      ...{ records: 4, created: 2, refused: 2, skipped: 0 },
    })
    const refused = readFileSync(join(directory, 'refused.ndjson'), 'utf8').trim().split('\n')
    assert.deepEqual(
      refused.map((line) => JSON.parse(line).place),
      ['line 4', 'line 5'],
    )
    assert.equal(statSync(join(directory, 'refused.ndjson')).mode & 0o777, 0o600)
    const { out } = await run('users export --format csv')
    assert.match(out, /^username,display_name,user_type,disabled,created_at,addresses\r\n/)
    assert.match(out, /\r\nhenry,'=1\+1,customer,true,20/)
    assert.match((await run('users export --with-hashes')).out, /"username":"grace".*"password_hash":null/)
    writeFileSync(join(directory, 'mail.csv'), 'username,addresses\nlena,Lena@example.com l@example.com\n')
    for (const wrong of ['--addresses perhaps', '--language de']) {
      assert.equal((await run(`users import mail.csv ${wrong}`)).status, 2, wrong)
    }
    await json('users import mail.csv --addresses proven --language zh-Hant')
    assert.deepEqual(
      (await json('addresses list lena')).map(({ address, primary }: Record<string, unknown>) => [
        ...[address, primary],
      ]),
      [
        ['Lena@example.com', true],
        ['l@example.com', false],
      ],
    )
    assert.match(
      (await run('users export --format csv')).out,
      /\r\nlena,.*,Lena@example.com l@example.com\r\n/,
    )
  })

  test('tells where it stands with the requirements of a standard, without a database', async () => {
    const all = await json('asvs')
    assert.equal(all.length, 122)
    const { out } = await run('asvs --chapter V7', { LATCHKEY_DATA: join(directory, 'nowhere') })
    assert.match(out, /^ID +LEVEL +STATE +HOW +TESTS\nV7\.1\.1 +L2 +met /)
    assert.match(out, /\nV7 +L1 +6 +6 +0 +0 +0\n/)
  })

  test('tries a password that somebody knows before it imports a file', async () => {
    const salt = Buffer.from('a salt')
    const tag = pbkdf2Sync('the key is under the mat', salt, 10, 32, 'sha256').toString('hex')
    const hash = `pbkdf2:sha256:10$a salt$${tag}`
    writeFileSync(
      join(directory, 'checked.ndjson'),
      `${JSON.stringify({ username: 'irene', password_hash: hash })}\n{"username":"jack"}\n`,
    )
    for (const [username, typed, status, says] of [
      ['irene', 'under the door', 1, /not the password of irene by the file; nothing was imported/],
      ['jack', 'anything', 1, /not the password of jack/],
      ['kate', 'anything', 1, /no usable record of kate/],
      ['IRENE', 'the key is under the mat', 0, /^$/],
    ] as const) {
      const ran = await run(`users import checked.ndjson --check ${username}`, {}, `${typed}\n`)
      assert.equal(ran.status, status, ran.err)
      assert.match(ran.err, says)
      assert.ok(!ran.err.includes(typed))
    }
  })

  for (const [args, says] of [
    ['users import people', /--format is one of csv, ndjson, django, keycloak, firebase/],
    ['users import people.json --format yaml', /--format is one of/],
    ['users import people.json --format firebase', /--firebase names the file/],
    ['users import people.csv --firebase x', /--firebase is for --format firebase/],
    ['users export --format xml', /--format is csv or ndjson/],
    ['asvs --chapter V5', /--chapter is V6, V7, V8, V9 or V10/],
  ] as const) {
    test(`says of ${args} that it is used wrongly`, async () => {
      const { status, err } = await run(args)
      assert.equal(status, 2)
      assert.match(err, says)
    })
  }

  const failures: { args: string; environment?: Record<string, string>; says: RegExp; status?: number }[] = [
    { args: 'users add ada', says: /a user of this name exists/ },
    {
      args: 'alarms add-rule own.tries --title T --reason pasword_wrong --by address --threshold 5 --window 1s',
      says: /: the rule cannot be so: \/window_seconds must be 60 to 34560000; \/reasons\/0 is none that the log has\n/,
    },
    ...[
      'users disable',
      'users enable',
      'users invite',
      'users unlock',
      'users reset-factors',
      'users factors',
      'sessions list',
    ].map((command) => ({
      args: `${command} nobody`,
      says: /there is no user nobody; latchkey users list/,
    })),
    { args: 'sessions end ses_0', says: /there is no live session ses_0; latchkey sessions list/ },
    { args: 'user-types add x --permission fly', says: /fly is no permission; there are / },
    { args: 'user-types second-factor none required', says: /there is no user type of this name/ },
    { args: 'user-types add Big', says: /the name of a user type is 1 to 40 of a-z/ },
    { args: 'user-types add customer', says: /a user type of this name exists/ },
    { args: 'services add x --scope fly', says: /fly is no permission; there are / },
    { args: 'activity search --limit x', says: /--limit takes a whole number/, status: 2 },
    { args: 'activity search --order up', says: /--order is newest or oldest/, status: 2 },
    { args: 'activity search --outcome good', says: /--outcome is not as it should be/, status: 2 },
    { args: 'activity search --from yesterday', says: /--from is not as it should be/, status: 2 },
    { args: 'activity search --request a,,b', says: /--request is not as it should be/, status: 2 },
    { args: 'activity search --order oldest --after evt_x', says: /there is no such event/ },
    { args: 'activity tail --after evt_x', says: /there is no such event/ },
    { args: 'activity export --format xml', says: /--format is csv or ndjson/, status: 2 },
    {
      args: 'start',
      environment: { LATCHKEY_ISSUER: 'http://id.example' },
      says: /is http: tokens would travel/,
    },
    {
      args: 'keys list',
      environment: { LATCHKEY_MASTER_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' },
      says: /the master key does not open/,
    },
    { args: 'start', environment: { LATCHKEY_DATA: '/dev/null' }, says: /\/dev\/null is not a directory/ },
    {
      args: 'start',
      environment: { LATCHKEY_REGIONS: '/nowhere.mmdb' },
      says: /LATCHKEY_REGIONS names \/nowhere\.mmdb/,
    },
    {
      args: 'start',
      environment: { LATCHKEY_MQTT_TLS_CERT: '/no.pem', LATCHKEY_MQTT_TLS_KEY: '/no.pem' },
      says: /LATCHKEY_MQTT_TLS_CERT names \/no\.pem/,
    },
  ]
  test('changes, renames and removes user types', async () => {
    await json('user-types add installer --permission devices:read')
    const changed = await json('user-types change installer --allow devices:write --forbid devices:read')
    assert.deepEqual(changed.permissions, ['devices:write'])
    assert.deepEqual((await json('user-types change installer --permission keys:read')).permissions, [
      'keys:read',
    ])
    assert.equal((await json('user-types rename installer fitter')).name, 'fitter')
    await json('users add finn --type fitter')
    assert.match((await run('user-types remove fitter')).err, /there are users of this type/)
    assert.deepEqual(await json('user-types remove fitter --replacement customer'), {
      name: 'fitter',
      moved: 1,
    })
    assert.equal((await run('user-types change fitter --allow keys:read')).status, 1)
    assert.equal((await run('user-types change customer --permission x:y')).status, 1)
    const both = await run('user-types change customer --permission keys:read --allow keys:read')
    assert.equal(both.status, 2)
  })

  test('grants and denies permissions, and tells by which rule somebody has them', async () => {
    await json('users add greta')
    const granted = await json('users grant greta keys:read --for 7d --reason cover')
    const denied = await json('users deny greta devices:view --until 2099-01-01T00:00:00Z --reason leave')
    assert.deepEqual(
      [granted.kind, denied.kind, denied.until],
      ['grant', 'denial', '2099-01-01T00:00:00.000Z'],
    )
    const { out } = await run('users permissions greta')
    assert.match(out, /^keys:read +yes +grant grt_\w+ until .* \(cover\)$/m)
    assert.match(
      out,
      /^devices:view +no +denial grt_\w+ until 2099-01-01T00:00:00.000Z \(leave\), type customer$/m,
    )
    assert.match((await run('permissions check greta keys:read')).out, /^yes: grant grt_\w+ \(cover\)$/m)
    assert.match((await run('permissions check greta view d_1')).out, /^no: not_related$/m)
    assert.equal((await json('permissions check greta devices:view')).reason, 'permission_denied')
    assert.equal(
      (await run('permissions search user:greta - server:latchkey')).out,
      'api-keys:write\ndevices:bind\ndevices:control\nkeys:read\n',
    )
    assert.match((await run('activity sign-ins')).out, /^TIME +OUTCOME +USER +FACTOR +TIMES +FROM$/m)
    assert.match((await run('activity sign-ins --user greta --format csv')).out, /^id,at,outcome,/)
    const who = await json('permissions search user keys:read server:latchkey')
    assert.ok((await json('permissions check greta keys:read')).allowed && who.length >= 1)
    assert.deepEqual(await json('permissions search user:greta view device'), [])
    await json(`users withdraw greta ${denied.id}`)
    assert.equal((await run(`users withdraw greta ${denied.id}`)).status, 1)
    const { items } = await json('users permissions greta')
    assert.deepEqual(
      items.map(({ permission }: { permission: string }) => permission),
      ['api-keys:write', 'devices:bind', 'devices:control', 'devices:view', 'keys:read'],
    )
    const early = await run('users permissions greta --at 2020-01-01T00:00:00Z')
    assert.deepEqual([early.status, early.out.trim()], [0, 'PERMISSION  MAY  RULES'])
    for (const args of [
      'users grant greta keys:read',
      'users permissions greta --at soon',
      'permissions check greta view',
      'permissions search user keys:read device',
      'activity sign-ins --format xls',
      'activity sign-ins --limit 0',
      'permissions search user:greta keys:read server:latchkey',
    ]) {
      assert.equal((await run(args)).status, 2, args)
    }
  })

  test('says in one line what stands in the way, and ends with status 1, or 2 for wrong use', async () => {
    for (let i = 0; i < failures.length; i += 3) {
      await Promise.all(
        failures.slice(i, i + 3).map(async ({ args, environment = {}, says, status: expected = 1 }) => {
          const { status, out, err } = await run(args, environment)
          assert.equal(status, expected, `${args}: ${err}`)
          assert.match(err, /^latchkey: .+\n$/, args)
          assert.match(err, says)
          assert.equal(out, '')
        }),
      )
    }
  })

  test('tries the mail server, and says which step failed', async (t) => {
    const server = await openMailServer()
    t.after(() => server.close())
    const mail = {
      LATCHKEY_MAIL_URL: server.url.replace('//', '//box:of-a-box@'),
      LATCHKEY_MAIL_FROM: 'no-reply@id.example',
    }
    const unset = await run('mail test me@id.example')
    assert.deepEqual([unset.status, unset.out], [1, ''])
    assert.match(unset.err, /set LATCHKEY_MAIL_URL/)
    assert.equal((await run('mail test me@nowhere', mail)).status, 2)
    const sent = await run('mail test me@id.example', mail)
    assert.equal(sent.status, 0, sent.err)
    assert.equal(server.received[0]?.to, 'me@id.example')
    server.answers.set('AUTH', '535 wrong')
    const failed = await run('mail test me@id.example', mail)
    assert.equal(failed.status, 1)
    assert.match(failed.err, /^latchkey: signing in at the mail server failed: 535 wrong\n$/)
    const doctor = await run('doctor', mail)
    assert.doesNotMatch(doctor.out + doctor.err, /of-a-box/)
    const waiting = await run('mail outbox', mail)
    assert.match(waiting.out, /^LETTER/)
  })

  test('manages addresses, and hands over a link to set a password', async () => {
    await json('users add fay')
    const { address } = await json('addresses add fay Fay@Id.example --language zh-Hant')
    assert.equal(address, 'Fay@id.example')
    const [row] = await json('addresses list fay')
    assert.deepEqual([row.primary, row.proven_at], [false, null])
    const early = await run('addresses make-primary fay fay@id.example')
    assert.match(early.err, /not proven/)
    assert.match((await run('addresses remove fay other@id.example')).err, /no address/)
    assert.equal((await run('addresses remove fay fay@id.example')).status, 0)
    assert.equal((await run('addresses add fay fay@id.example --language de')).status, 2)
    const unsent = await run('users recover fay')
    assert.equal(unsent.status, 1)
    assert.match(unsent.err, /no mail server/)
    assert.match((await json('users recover fay --print')).link, /\/recover\/lk_recover_/)
    assert.match((await json('users reset fay --print')).link, /\/recover\/lk_recover_/)
  })

  test('ends with status 2 where it is used wrongly', async () => {
    const wrong = ['fly', 'users', 'users add', 'start --fast']
    await Promise.all(
      wrong.map(async (args) => {
        const { status, err } = await alone(args)
        assert.equal(status, 2, args)
        assert.ok(err.length > 0, args)
      }),
    )
  })

  test('finds what is unsafe: doctor', async () => {
    const secret = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
    const [well, hidden] = await Promise.all([
      json('doctor', alone),
      alone('doctor', { LATCHKEY_MASTER_KEY: secret }),
    ])
    assert.deepEqual(well.unsafe, [])
    assert.ok(hidden.status === 0 && hidden.out.includes('(set)') && !hidden.out.includes(secret))
    chmodSync(join(data, 'latchkey.db'), 0o644)
    const { status, out } = await run('doctor')
    // The date of the data, and whether it is old, as it is one day.
    assert.match(out, /data (of|that tells the regions of addresses is of) \d{4}-\d\d-\d\d/)
    chmodSync(join(data, 'latchkey.db'), 0o600)
    assert.equal(status, 1)
    assert.match(out, /unsafe: others can read .*latchkey\.db; mend it with: chmod/)
  })

  test('finds passkeys of another domain, which are lost by their number alone: doctor', async () => {
    const [ada] = await json('users list')
    const db = await openDatabase({ directory: data })
    const passkey = {
      algorithm: 'ES256',
      ...{ user_id: ada.id, public_key: '{}', sign_count: 0, is_backup_eligible: 0 },
      ...{ is_backed_up: 0, transports: '', aaguid: '', created_at: 7, last_used_at: null },
    } as const
    await db.transaction(async (tx) => {
      for (const [id, rp_id] of ['localhost', 'old.example', 'older.example'].entries()) {
        const named = { id: `pk_${id}`, credential_id: rp_id, rp_id, is_factor: id % 2, name: `of ${rp_id}` }
        await insertPasskey(tx, { ...passkey, ...named })
      }
    })
    await db.close()
    const told = /2 passkeys were made for another domain than localhost, and sign nobody in/
    for (const args of ['doctor', 'doctor --accept-loss 1', 'doctor --accept-loss 3']) {
      const { status, out } = await run(args)
      assert.equal(status, 1, args)
      assert.match(out, told)
      assert.match(out, /broken: .*latchkey doctor --accept-loss 2/)
    }
    const accepted = await run('doctor --accept-loss 2')
    assert.deepEqual([accepted.status, accepted.err], [0, ''])
    assert.match(accepted.out, told)
    const elsewhere = { LATCHKEY_ISSUER: 'https://id.example.com', LATCHKEY_RP_ID: 'example.org' }
    assert.match((await run('doctor', elsewhere)).out, /^passkeys are of example\.org: on pages of id\.ex/m)
    assert.match((await run('doctor --accept-loss many')).err, /--accept-loss takes a number of passkeys/)
    const factors = await run(`users factors ${ada.username}`)
    assert.match(factors.out, /^passkey +of old\.example +1970-01-01T00:00:00\.007Z +never$/m)
    assert.match(factors.out, /^passkey without prompt +of localhost /m)
    assert.match(factors.out, /0 recovery codes are left/)
    assert.equal((await json(`users factors ${ada.username}`)).passkeys.length, 3)
    assert.equal((await run(`users reset-factors ${ada.username}`)).status, 0)
    assert.equal((await run('doctor')).status, 0)
  })

  test('starts a server, which commands beside it reach within a second, and stops it at SIGTERM', async () => {
    const { child, said, ended, issuer } = await start()
    assert.deepEqual(
      threadsOf(child.pid).filter(({ name, nice }) => name === 'libuv-worker' || nice !== 0),
      Array.from({ length: 4 }, () => ({ name: 'libuv-worker', nice: 10 })),
      'passwords are hashed behind everything else',
    )
    await eventually(() => /invitations\/\S+/.test(said()))
    const [, invitation = ''] = /invitations\/(\S+)/.exec(said()) ?? []
    const post = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch(issuer + path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
    }
    const password = 'a lamp, a latch and a key'
    await post('/v1/invitations/accept', { invitation, password })
    const added = JSON.parse((await run('users add eve --json')).out) as { link: string } // its contract
    await post('/v1/invitations/accept', { invitation: added.link.split('/').at(-1), password })
    const signedIn = (await post('/v1/login', { username: 'eve', password })) as { access_token: string } // its contract
    const me = async () =>
      (await fetch(`${issuer}/v1/me`, { headers: { authorization: `Bearer ${signedIn.access_token}` } }))
        .status
    const keys = async () =>
      ((await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as { keys: object[] }).keys.length // RFC 7517
    assert.equal(await me(), 200)

    const [live] = JSON.parse((await run('sessions list eve --json')).out) as {
      id: string
      address: string
    }[] // its contract
    assert.equal(live?.address, '127.0.0.1')
    const ended1 = await run(`sessions end ${live?.id}`)
    assert.match(ended1.out, /has ended; its tokens are refused everywhere/)
    assert.equal((await alone(`sessions end ${live?.id}`)).status, 1)
    assert.deepEqual(JSON.parse((await run('sessions list eve --json')).out), [])
    const invited = JSON.parse((await run('users invite eve --json')).out) as { link: string } // its contract
    await post('/v1/invitations/accept', { invitation: invited.link.split('/').at(-1), password })
    Object.assign(signedIn, await post('/v1/login', { username: 'eve', password }))
    assert.equal(await me(), 200)

    const [disabled, rotated, second] = await Promise.all([
      alone('users disable eve'),
      alone('keys rotate'),
      alone('start'),
    ])
    assert.equal(disabled.status, 0, disabled.err)
    assert.equal(rotated.status, 0, rotated.err)
    assert.match((await run('users enable eve')).out, /^eve is enabled/)
    assert.match(
      (await run('users unlock eve')).out,
      /^Wrong passwords for eve count from the beginning again/,
    )
    const wizard = await run('user-types add wizard --permission devices:read devices:write')
    assert.equal(wizard.out, 'There is a user type wizard now: devices:read, devices:write.\n')
    assert.match((await run('user-types list')).out, /^wizard .*devices:read devices:write$/m)
    assert.equal((await run('users factors eve')).out, 'eve has no second factor.\n')
    assert.match(
      (await run('users reset-factors eve')).out,
      /^eve has no second factor any more, and every session of theirs has ended/,
    )
    assert.match(
      (await run('user-types second-factor wizard required --grace-days 14')).out,
      /^Users of type wizard have to have a second factor, 14 days after their next sign-in/,
    )
    assert.match((await run('user-types second-factor wizard optional')).out, /^A second factor is optional/)
    assert.match((await run('users set-type eve wizard')).out, /^eve is of type wizard: devices:read/)
    assert.equal((await run('users set-type eve witch')).status, 1)
    const last = await run('users disable admin')
    assert.equal(last.status, 1)
    assert.match(last.err, /^latchkey: nobody could administer this server any more\n$/)
    const doneAt = performance.now()
    await eventually(async () => (await me()) === 401 && (await keys()) === 3)
    assert.ok(performance.now() - doneAt < 1000)
    assert.equal(second.status, 1)
    assert.match(second.err, /^latchkey: HTTP: port \d+ on 127\.0\.0\.1 is in use; .*LATCHKEY_PORT\n$/)

    // One who follows the log holds a connection; it must not hold the server.
    const stream = await fetch(`${issuer}/v1/revocations/stream`)
    const askedAt = performance.now()
    child.kill('SIGTERM')
    const { status, err } = await ended
    assert.equal(status, 0, err)
    assert.equal(err, '')
    assert.ok(performance.now() - askedAt < 5000)
    await stream.body?.cancel().catch(() => {})
  })

  test('starts again on the same directory, without another invitation, and stops at SIGINT', async () => {
    const { child, said, ended } = await start()
    await eventually(() => /serves/.test(said()))
    child.kill('SIGINT')
    const { status, err } = await ended
    assert.equal(status, 0, err)
    assert.doesNotMatch(said(), /invitations/)
    const events = await json('activity search --event server.stop')
    assert.equal(events.length, 2)
  })

  test('is not in the way of a pipe that closes', async () => {
    const child = launch(asked('openapi'))
    child.stdout?.destroy()
    const { status, err } = await listen(child).ended
    assert.equal(err, '')
    assert.equal(status, 0)
  })

  test('refuses a database that is newer than the program, in one line', async () => {
    const db = await openDatabase({ directory: data })
    await db.transaction((tx) =>
      tx.query(`INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ('9999-future', 'x', 0)`),
    )
    await db.close()
    const { status, err } = await run('start')
    assert.equal(status, 1)
    assert.match(err, /^latchkey: the database is newer than this program.*9999-future"?\n$/)
  })

  const unreadable = process.getuid?.() === 0 ? 'root reads everything' : false
  test('says in one line that the data directory cannot be read', { skip: unreadable }, async (t) => {
    const closed = mkdtempSync(join(directory, 'closed-'))
    chmodSync(closed, 0o000)
    // Else its owner could not remove it either.
    t.after(() => chmodSync(closed, 0o700))
    const { status, err } = await run('start', { LATCHKEY_DATA: join(closed, 'data') })
    assert.equal(status, 1)
    assert.match(err, /^latchkey: .*LATCHKEY_DATA.*\n$/)
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { codeOnPage } from '../../test/described.ts'
import { openBeside } from '../../test/second-app.ts'
import { openMailServer, type TestMailServer } from '../../test/smtp.ts'
import { engines } from '../../test/storages.ts'
import type { ActivityEvent } from '../activity/events.ts'
import type { App } from '../app.ts'
import { createTransport, type MailFailure } from './transport.ts'

const hourMs = 3_600_000
const secret = 'https://id.example/recover/lk_recover_secret'
const letter = {
  language: 'en',
  subject: 'A letter',
  paragraphs: ['Hello <world> & everybody.'],
  link: { label: 'Go on', url: secret },
} as const

for (const engine of engines) {
  describe(`the outbox on ${engine}`, () => {
    let server: TestMailServer
    let app: TestApp
    before(async () => {
      server = await openMailServer()
      app = await openTestApp(engine, {
        LATCHKEY_MAIL_URL: server.url,
        LATCHKEY_MAIL_FROM: 'Latchkey <no-reply@id.example>',
      })
    })
    after(async () => {
      await app.close()
      await server.close()
    })
    beforeEach(async () => {
      server.answers.clear()
      server.received.length = 0
      await app.app.db.transaction((tx) => tx.query('DELETE FROM mail_outbox'))
    })

    const post = ({ db, mail }: App, to = 'ada@example.com', untilMs?: number) =>
      db.transaction((tx) => mail.post(tx, to, letter, { letter: 'test', untilMs }))
    const rows = () =>
      app.app.db.query<{ attempts: number; next_at: number; last_error: string | null; sealed: string }>(
        'SELECT * FROM mail_outbox ORDER BY id',
      )
    const run = () => app.app.jobs.runNow(2_000)
    const lastEvent = async () => {
      const [row] = await app.app.db.query<ActivityEvent>(
        `SELECT * FROM activity WHERE event LIKE 'mail.%' ORDER BY id DESC LIMIT 1`,
      )
      return row && [row.event, row.outcome, row.reason]
    }

    test('a letter is sent as text and as HTML, once, and is gone', async () => {
      await post(app.app)
      assert.equal(server.received.length, 0, 'no request waits for the mail server')
      await run()
      await run()
      assert.equal(server.received.length, 1)
      const [{ from, to, source, text }] = server.received as [(typeof server.received)[0]]
      assert.deepEqual([from, to], ['no-reply@id.example', 'ada@example.com'])
      assert.match(source, /^Subject: A letter\r$/m)
      assert.match(source, /^Auto-Submitted: auto-generated\r$/m)
      assert.match(source, /^Content-Type: text\/html/m)
      assert.match(text, /Hello <world> & everybody\./)
      assert.ok(text.includes(secret))
      assert.ok(!source.includes('Hello <world> & everybody.</p>'), 'what is said is escaped in HTML')
      assert.deepEqual(await rows(), [])
      assert.deepEqual(await lastEvent(), ['mail.send', 'success', null])
    })

    test('what a letter says is sealed', async () => {
      await post(app.app)
      const [row] = await rows()
      assert.doesNotMatch(JSON.stringify(row), /lk_recover|ada@|Hello/)
    })

    test('a letter of a transaction that is undone is not sent', async () => {
      const undone = new Error('undone')
      const { db, mail } = app.app
      const attempt = db.transaction(async (tx) => {
        await mail.post(tx, 'ada@example.com', letter, { letter: 'test' })
        throw undone
      })
      await assert.rejects(attempt, undone)
      await run()
      assert.equal(server.received.length, 0)
    })

    const failures = [
      { name: 'that answers 4yz to the recipient', command: 'RCPT', answer: '451 later', works: true },
      { name: 'that answers 5yz to the greeting', command: 'greeting', answer: '554 not now', works: false },
      { name: 'that refuses the sender', command: 'MAIL', answer: '550 who?', works: false },
      { name: 'that takes the message and then fails', command: '.', answer: '452 full', works: true },
    ]
    for (const { name, command, answer, works } of failures) {
      test(`a mail server ${name} delays the letter, and then gets it`, async () => {
        server.answers.set(command, answer)
        await post(app.app)
        await run()
        const [row] = await rows()
        assert.equal(row?.attempts, 1)
        assert.equal(row?.next_at, app.world.now() + 15_000)
        assert.match(row?.last_error ?? '', new RegExp(answer.slice(4)))
        // A recipient of whom it knows nothing says nothing about the server.
        assert.equal(await app.app.mail.works(app.app.db), works)
        await run()
        assert.equal((await rows())[0]?.attempts, 1, 'not before its time')
        server.answers.clear()
        app.world.advance(15_000)
        await run()
        assert.equal(server.received.length, 1)
        assert.equal(await app.app.mail.works(app.app.db), true)
      })
    }

    test('the delay grows, to an hour at most', async () => {
      server.answers.set('greeting', '421 away')
      await post(app.app, 'ada@example.com', app.world.now() + 24 * hourMs)
      const delays: number[] = []
      for (let attempt = 0; attempt < 10; attempt++) {
        await run()
        const [row] = await rows()
        delays.push((row!.next_at - app.world.now()) / 1000)
        app.world.advance(row!.next_at - app.world.now())
      }
      assert.deepEqual(delays, [15, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600])
    })

    test('a letter that the server will never take is given up, with an event', async () => {
      server.answers.set('RCPT', '550 no such mailbox')
      await post(app.app)
      await run()
      assert.deepEqual(await rows(), [])
      assert.deepEqual(await lastEvent(), ['mail.give_up', 'failure', 'mail_refused'])
    })

    test('a letter whose time is over is given up, with an event', async () => {
      server.answers.set('greeting', '421 away')
      await post(app.app, 'ada@example.com', app.world.now() + 30_000)
      await run()
      app.world.advance(30_000)
      server.answers.clear()
      await run()
      assert.equal(server.received.length, 0, 'a link that is over is not sent')
      await app.app.jobs.runNow(60_000)
      assert.deepEqual(await rows(), [])
      assert.deepEqual(await lastEvent(), ['mail.give_up', 'failure', 'mail_overdue'])
    })

    test('one letter that is refused delays no other', async () => {
      await post(app.app, 'ada@example.com')
      await post(app.app, 'ben@example.com')
      server.answers.set('RCPT', '451 later')
      await run()
      server.answers.clear()
      await post(app.app, 'cyd@example.com')
      await run()
      assert.deepEqual(
        server.received.map(({ to }) => to),
        ['cyd@example.com'],
      )
    })

    test('two processes send each letter once', async () => {
      const beside = await openBeside(app)
      const people = Array.from({ length: 30 }, (_, at) => `person-${at}@example.com`)
      for (const to of people) await post(app.app, to)
      for (let round = 0; round < 2; round++) {
        await Promise.all([run(), beside.jobs.runNow(2_000)])
      }
      await beside.stop()
      assert.deepEqual(server.received.map(({ to }) => to).sort(), people.sort())
    })

    test('a server that is stopped does not wait for a mail server that says nothing', async () => {
      const beside = await openBeside(app)
      server.answers.set('greeting', 'silent')
      const before = server.connections
      await post(app.app)
      const running = beside.jobs.runNow(2_000)
      while (server.connections === before) await new Promise((resolve) => setImmediate(resolve))
      await beside.stop()
      await running
      const [row] = await rows()
      assert.equal(row?.attempts, 1, 'its lease ends, and another process sends it')
      server.answers.clear()
      app.world.advance(5 * 60_000)
      await run()
      assert.equal(server.received.length, 1)
    })
  })
}

describe('the way to the mail server', () => {
  let server: TestMailServer
  const asked: string[] = []
  let tokenAnswer = { status: 200, body: '{"access_token": "token-1", "expires_in": 3600}' }
  const tokens = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      asked.push(body)
      response.writeHead(tokenAnswer.status, { 'content-type': 'application/json' }).end(tokenAnswer.body)
    })
  })
  let tokenUrl = ''
  before(async () => {
    server = await openMailServer()
    tokens.listen(0, '127.0.0.1')
    await once(tokens, 'listening')
    tokenUrl = `http://127.0.0.1:${(tokens.address() as { port: number }).port}/token`
  })
  after(async () => {
    tokens.close()
    await server.close()
  })
  beforeEach(() => {
    server.answers.clear()
    server.credentials.length = 0
    asked.length = 0
  })
  const message = { id: 'mal_1', to: 'ada@example.com', subject: 'Hello', text: 'Hello', html: '<p>Hello' }
  const never = new AbortController().signal
  const at = (part: string) => `smtp://${part}127.0.0.1:${server.port}`
  const from = 'no-reply@id.example'
  const oauth = () => ({
    tokenUrl,
    clientId: 'client',
    clientSecret: 'the secret',
    scope: 'mail',
    refreshToken: undefined,
  })

  test('signs in with the user and the password of the setting', async () => {
    const send = createTransport({ url: at('a%40b:p%2Fq@'), from, oauth: undefined }, () => 0)
    await send(message, never)
    assert.deepEqual(server.credentials, ['\0a@b\0p/q'])
  })

  test('signs in by XOAUTH2 with a token that is renewed before it ends', async () => {
    let now = 0
    const send = createTransport({ url: at('box%40id.example@'), from, oauth: oauth() }, () => now)
    await send(message, never)
    now = 3_500_000
    await send(message, never)
    assert.equal(asked.length, 1)
    now = 3_540_000
    await send(message, never)
    assert.equal(asked.length, 2)
    assert.deepEqual(Object.fromEntries(new URLSearchParams(asked[0])), {
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 'the secret',
      scope: 'mail',
    })
    assert.equal(server.credentials[0], 'user=box@id.example\x01auth=Bearer token-1\x01\x01')
  })

  test('asks with the refresh token of a person where one is set', async () => {
    const settings = { ...oauth(), refreshToken: 'of a person' }
    await createTransport({ url: at('box@'), from, oauth: settings }, () => 0)(message, never)
    const form = new URLSearchParams(asked[0])
    assert.deepEqual([form.get('grant_type'), form.get('refresh_token')], ['refresh_token', 'of a person'])
  })

  const steps = [
    { name: 'nothing listens', url: 'smtp://127.0.0.1:1', step: 'connect', says: /ECONNREFUSED/ },
    {
      name: 'the name is unknown',
      url: 'smtp://mail.invalid:25',
      step: 'connect',
      says: /mail\.invalid|ENOTFOUND|EAI_AGAIN/,
    },
    { name: 'TLS is expected and not spoken', secure: true, step: 'tls', says: /./ },
    {
      name: 'the password is refused',
      command: 'AUTH',
      answer: '535 wrong',
      step: 'authenticate',
      says: /535 wrong/,
    },
    {
      name: 'the sender is refused',
      command: 'MAIL',
      answer: '550 not you',
      step: 'sender',
      says: /550 not you/,
    },
    {
      name: 'the recipient is refused',
      command: 'RCPT',
      answer: '550 nobody',
      step: 'recipient',
      says: /550 nobody/,
      isFinal: true,
    },
    {
      name: 'the message is refused',
      command: '.',
      answer: '554 spam',
      step: 'message',
      says: /554 spam/,
      isFinal: true,
    },
    {
      name: 'the message is refused for the first of all permanent reasons',
      command: '.',
      answer: '500 what',
      step: 'message',
      says: /500 what/,
      isFinal: true,
    },
    {
      name: 'the message cannot be taken now',
      command: '.',
      answer: '452 full',
      step: 'message',
      says: /452 full/,
    },
    {
      name: 'no token is given',
      token: { status: 401, body: '{"error": "invalid_client"}' },
      step: 'token',
      says: /401: invalid_client/,
    },
    {
      name: 'a token is refused and one is given',
      token: { status: 400, body: '{"access_token": "token-2", "expires_in": 3600}' },
      step: 'token',
      says: /400: no access token$/,
    },
    {
      name: 'a token of no letters is given',
      token: { status: 200, body: '{"access_token": "", "expires_in": 3600}' },
      step: 'token',
      says: /200: no access token$/,
    },
    {
      name: 'what gives tokens answers no JSON',
      token: { status: 200, body: 'hello' },
      step: 'token',
      says: /no access token/,
    },
    // What is no code of RFC 6749 goes to no log.
    ...['\u001b[31m', 'red\u001b[31m', '\u001b[0mred', 'two words', '', 'x'.repeat(61), 7].map((error) => ({
      name: `what gives tokens says something strange: ${JSON.stringify(error).slice(0, 20)}`,
      token: { status: 400, body: JSON.stringify({ error }) },
      step: 'token' as const,
      says: /400: no access token$/,
    })),
    {
      name: 'what gives tokens says why it gives none',
      token: { status: 400, body: JSON.stringify({ error: 'x'.repeat(60) }) },
      step: 'token',
      says: /400: x{60}$/,
    },
  ]
  for (const { name, url, secure, command, answer, token, step, says, isFinal = false } of steps) {
    test(`says which step failed where ${name}`, async () => {
      if (command !== undefined) server.answers.set(command, answer ?? '')
      if (token) tokenAnswer = token
      const given =
        url ?? (secure ? `smtps://127.0.0.1:${server.port}` : at(token ? 'box@' : 'box:password@'))
      const send = createTransport({ url: given, from, oauth: token && oauth() }, () => 0)
      await assert.rejects(send(message, never), (error: MailFailure) => {
        assert.equal(error.step, step, error.message)
        assert.match(error.message, says)
        assert.equal(error.isFinal, isFinal)
        assert.doesNotMatch(error.message, /the secret|password/)
        return true
      })
    })
  }
})

test('letters of one kind are so many an hour, and whoever waits is told for how long', async (t) => {
  const app = await openTestApp()
  t.after(() => app.close())
  const { db, mail } = app.app
  const admit = (kind = 'links', whom = 'ada') => db.transaction((tx) => mail.admit(tx, kind, whom, 3))
  assert.deepEqual([await admit(), await admit(), await admit()], [undefined, undefined, undefined])
  const waitMs = (await admit()) ?? assert.fail('a fourth was admitted')
  assert.equal(waitMs, hourMs / 3)
  assert.deepEqual([await admit('links', 'ben'), await admit('codes')], [undefined, undefined])
  app.world.advance(waitMs - 1)
  assert.equal(await admit(), 1)
  app.world.advance(1)
  assert.equal(await admit(), undefined)
  assert.equal(await admit(), hourMs / 3)
})

describe('without a mail server', () => {
  test('the development mode shows what would have been sent, under the name of this server only', async (t) => {
    const app = await openTestApp()
    t.after(() => app.close())
    const { db, mail } = app.app
    await db.transaction((tx) => mail.post(tx, 'ada@example.com', letter, { letter: 'test' }))
    const read = (host: string, language = 'en') =>
      app.call('GET', '/mail/outbox', { headers: { host, 'accept-language': language } })
    const shown = await read('127.0.0.1:8484')
    assert.equal(shown.status, 200)
    assert.ok(shown.text.includes('ada@example.com') && shown.text.includes(secret))
    assert.match(shown.text, /<main class="wide">/)
    assert.match(shown.text, /Hello &#60;world&#62; &#38; everybody/)
    assert.match((await read('localhost', 'zh-TW')).text, /收件人/)
    for (const host of ['evil.example', 'evil.example:8484', '127.0.0.1.evil.example', '']) {
      const refused = await read(host)
      assert.deepEqual([refused.status, codeOnPage(refused)], [403, 'origin_not_allowed'], host)
    }
    app.world.advance(24 * hourMs)
    await app.app.jobs.runNow(60_000)
    assert.doesNotMatch((await read('localhost')).text, /ada@/)
  })

  test('the page is not there where letters are sent', async (t) => {
    const settings = { LATCHKEY_MAIL_URL: 'smtp://127.0.0.1:1', LATCHKEY_MAIL_FROM: 'a@id.example' }
    const app = await openTestApp('sqlite', settings)
    t.after(() => app.close())
    const refused = await app.call('GET', '/mail/outbox', { headers: { host: 'localhost' } })
    assert.deepEqual([refused.status, codeOnPage(refused)], [404, 'not_found'])
  })
})

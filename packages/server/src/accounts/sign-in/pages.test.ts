import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Answered, openTestApp, type SignedIn, type TestApp, testIssuer } from '../../../test/app.ts'
import { addPasskey } from '../../../test/browser-passkeys.ts'
import { authenticatorOf, type Enrolled, enrolled, signInTwice } from '../../../test/factors.ts'
import { takeLetters } from '../../../test/letters.ts'
import { beforeTransaction } from '../../../test/meanwhile.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { ownPath } from '../../pages/own-path.ts'
import { insertAddress, setPrimary, setProven } from '../addresses/store.ts'
import { requireFactorOfType } from '../factors/administer.ts'
import { createUserType } from '../user-types/user-types.ts'

// What a browser sends and gets whose script is off: forms, pages and cookies.

let app: TestApp
let ada: SignedIn
let grace: Enrolled
before(async () => {
  app = await openTestApp()
  ada = await app.signedIn('ada')
  grace = await enrolled(app, 'grace')
  await createUserType(app.app, operator, { name: 'staff', description: '', permissions: [] })
  await requireFactorOfType(app.app, operator, 'staff', 0)
  await app.signedIn('linus', 'staff')
})
after(() => app.close())
// Nothing of one test makes another wait.
beforeEach(() => app.world.advance(2 * 3_600_000))

const ownPage = { origin: testIssuer }

function post(
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = ownPage,
): Promise<Answered> {
  return app.call('POST', path, { form, headers })
}
const passwordOf = ({ username, password }: { username: string; password: string }, more = {}) =>
  post('/sign-in', { username, password, ...more })

/** The value of a hidden field. */
function hidden({ text }: Answered, name: string): string {
  return new RegExp(`<input type="hidden" name="${name}" value="([^"]*)">`).exec(text)?.[1] ?? ''
}
const problemIn = ({ text }: Answered) => /<p class="bad" role="alert">([^<]*)<\/p>/.exec(text)?.[1]
const cookiesOf = ({ headers }: Answered) =>
  headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')

async function refusalsOf(event: string): Promise<(string | null)[]> {
  await app.app.activity.flushRefusals(true)
  const rows = await app.app.db.query<{ reason: string | null }>(
    `SELECT reason FROM activity WHERE event = $1 AND outcome = 'refused' ORDER BY id`,
    event,
  )
  return rows.map(({ reason }) => reason)
}

test('the page has a form without script, in the language of the browser', async () => {
  for (const [language, heading] of [
    ['en', 'Sign in'],
    ['zh-TW', '登入'],
  ] as const) {
    const got = await app.call('GET', '/sign-in', { headers: { 'accept-language': language } })
    assert.equal(got.status, 200)
    assert.ok(got.text.includes(`<h1>${heading}</h1>`))
    assert.match(got.text, /<form method="post" action="\/sign-in">/)
    assert.match(got.text, /<input id="username" name="username" [^>]*autocomplete="username"/)
    assert.match(
      got.text,
      /<input id="password" name="password" type="password" autocomplete="current-password"/,
    )
    assert.doesNotMatch(got.text, /<script|\son\w+=/)
    assert.match(got.headers.get('content-security-policy') ?? '', /^default-src 'none'/)
    // Else a browser would not say on whose page the form was.
    assert.equal(got.headers.get('referrer-policy'), 'same-origin')
  }
})

test('a right password ends at a page that leads on, and its cookie is the session of the console', async () => {
  const ended = await passwordOf(ada)
  assert.equal(ended.status, 200)
  assert.equal(ended.headers.get('refresh'), '0; url=/console')
  assert.equal(ended.headers.get('location'), null)
  assert.match(ended.text, /<a href="\/console">/)
  assert.ok(!ended.text.includes(ada.password))
  const cookie = cookiesOf(ended).join('; ')
  assert.equal(cookiesOf(ended).length, 3)
  const refreshed = await app.call('POST', '/v1/refresh', {
    body: { cookie: 'console' },
    headers: { ...ownPage, cookie },
  })
  assert.deepEqual([refreshed.status, refreshed.body.username], [200, 'ada'])
})

test('a form that has stood open for a day works', async () => {
  const opened = await app.call('GET', '/sign-in')
  app.world.advance(24 * 3_600_000)
  assert.equal(hidden(opened, 'next'), '/console')
  assert.equal((await passwordOf(ada, { next: hidden(opened, 'next') })).status, 200)
  // And once more, by Back.
  assert.equal((await passwordOf(ada, { next: hidden(opened, 'next') })).status, 200)
})

const wrong = 'The user name or the password is not right.'
const foreign = 'This form was sent from another site. Please type it here.'
const refusals = [
  ['a wrong password', { password: 'not her password at all' }, ownPage, 401, wrong, 'password_wrong'],
  ['a name that nobody has', { username: 'nobody' }, ownPage, 401, wrong, 'user_unknown'],
  ['no name', { username: ' ' }, ownPage, 400, wrong, undefined],
  ['no password', { password: '' }, ownPage, 400, wrong, undefined],
  ['a form of another site', {}, { origin: 'https://evil.example' }, 403, foreign, 'origin_foreign'],
  ['a form that does not say of which site', {}, {}, 403, foreign, 'origin_missing'],
  [
    'a form of this server on a page of another site',
    {},
    { ...ownPage, 'sec-fetch-site': 'cross-site' },
    403,
    foreign,
    'origin_foreign',
  ],
  ['a form of nowhere', {}, { origin: 'null' }, 403, foreign, 'origin_foreign'],
] as const
for (const [name, given, headers, status, problem, reason] of refusals) {
  test(`${name} is the form again, no session, and a row of the log`, async () => {
    const before = (await refusalsOf('user.sign_in')).length
    const again = await post('/sign-in', { username: 'ada', password: ada.password, ...given }, headers)
    assert.deepEqual([again.status, problemIn(again)], [status, problem])
    assert.match(again.text, /<input id="password"/)
    assert.deepEqual(cookiesOf(again), [])
    const rows = (await refusalsOf('user.sign_in')).slice(before)
    assert.deepEqual(rows, reason === undefined ? [] : [reason])
  })
}

test('whoever is wrong too often is told how long to wait', async () => {
  await app.signedIn('guessed')
  const guess = () =>
    app.call('POST', '/sign-in', {
      form: { username: 'guessed', password: 'one guess after another' },
      headers: ownPage,
      address: '198.51.100.7',
    })
  for (let tried = 0; tried < 5; tried += 1) assert.equal((await guess()).status, 401)
  const waiting = await guess()
  assert.equal(waiting.status, 429)
  assert.match(problemIn(waiting) ?? '', /^That was wrong too often. Please wait \d+ seconds/)
})

test('whoever may try no more here is told where they still can', async () => {
  const ida = await app.signedIn('exhausted')
  const guess = (password = 'a guess') => passwordOf({ username: ida.username, password })
  await guess()
  await app.app.db.transaction((tx) =>
    tx.query('UPDATE sign_in_failures SET failures = 100 WHERE last_at = $1', app.world.now()),
  )
  const refused = await guess(ida.password)
  assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, null])
  assert.match(problemIn(refused) ?? '', /Sign in where you have signed in before, or ask for a new password/)
  assert.match(refused.text, /<a href="\/recover">/)
})

test('whoever is wrong too often is told in Chinese, too', async () => {
  await app.signedIn('guessed in Chinese')
  const headers = { ...ownPage, 'accept-language': 'zh-TW' }
  const guess = () => post('/sign-in', { username: 'guessed in Chinese', password: 'a guess' }, headers)
  let refused = await guess()
  for (let count = 0; refused.status === 401 && count < 10; count += 1) refused = await guess()
  assert.deepEqual([refused.status, problemIn(refused)], [429, '錯誤次數過多，請等 1 秒再試。'])
})

test('a server that is too busy says so on the form, and nothing is counted', async (t) => {
  await app.signedIn('patient')
  const mocked = t.mock.method(app.app.passwords, 'matches', () =>
    Promise.reject(new Refusal('overloaded', 'too many', { retryAfterSeconds: 2 })),
  )
  for (let count = 0; count < 7; count += 1) {
    const busy = await passwordOf({ username: 'patient', password: 'the password of patient' })
    assert.deepEqual([busy.status, busy.headers.get('retry-after'), cookiesOf(busy)], [503, '2', []])
    assert.equal(
      problemIn(busy),
      'Too many people are here at this moment. Please try again in a few seconds.',
    )
    assert.match(busy.text, /name="username" value="patient"/)
  }
  mocked.mock.restore()
  assert.equal((await passwordOf({ username: 'patient', password: 'the password of patient' })).status, 200)
})

test('what is a fault of the server is no page of the sign-in', async (t) => {
  t.mock.method(app.app.passwords, 'matches', () => Promise.reject(new Error('the disk is gone')))
  const failed = await passwordOf(ada)
  assert.equal(failed.status, 500)
  assert.doesNotMatch(failed.text, /the disk is gone|<input/)
  assert.match(String(app.log.errors.pop()), /the disk is gone/)
})

test('what a browser would take for another host is no way on', async () => {
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/a\\b',
    'https://evil.example',
    'javascript:alert(1)',
    'console',
    '',
    '/\n',
    '/a b',
    '/"><script>',
  ]) {
    const ended = await passwordOf(ada, { next })
    const refresh = ended.headers.get('refresh')
    assert.ok(next === '/"><script>' || refresh === '0; url=/console', JSON.stringify(next))
    assert.doesNotMatch(ended.text, /<script|href="[^/]/)
  }
  const asked = await app.call('GET', '/sign-in?next=/console/devices%3Fa=1')
  assert.equal(hidden(asked, 'next'), '/console/devices?a=1')
  assert.equal(ownPath('/console/devices?a=1#x'), '/console/devices?a=1#x')
})

describe('the second step', () => {
  const step = async (next = '/console') => {
    const asked = await passwordOf(grace, { next })
    assert.equal(asked.status, 200)
    return asked
  }
  const answer = (asked: Answered, code: string, more: Readonly<Record<string, string>> = {}) =>
    post('/sign-in/factor', {
      challenge: hidden(asked, 'challenge'),
      step: hidden(asked, 'step'),
      next: hidden(asked, 'next'),
      code,
      ...more,
    })

  test('is asked on a page of its own, and a right code ends where the person was going', async () => {
    const asked = await step('/console/devices')
    assert.deepEqual(cookiesOf(asked), [])
    assert.match(asked.text, /<input id="code" name="code" autocomplete="one-time-code"/)
    const code = grace.authenticator.code().replace(/^(...)/, ' $1-')
    const ended = await answer(asked, code)
    assert.deepEqual([ended.status, ended.headers.get('refresh')], [200, '0; url=/console/devices'])
    assert.equal(cookiesOf(ended).length, 3)
  })

  test('says what is wrong, and may be answered again', async () => {
    const asked = await step()
    const again = await answer(asked, '000000')
    assert.deepEqual([again.status, problemIn(again)], [403, 'This code is not right, or was used before.'])
    assert.equal(hidden(again, 'challenge'), hidden(asked, 'challenge'))
    assert.equal((await answer(again, grace.recoveryCodes[0] ?? '')).status, 200)
  })

  test('goes on offering the passkey after a code that was wrong', async () => {
    await addPasskey(app, (await signInTwice(app, grace)).access_token)
    const offers = /<a href="\/console\?next=%2Fdevice">/
    const asked = await step('/device')
    assert.match(asked.text, offers)
    const again = await answer(asked, '000000', { passkey: hidden(asked, 'passkey') })
    assert.equal(again.status, 403)
    assert.match(again.text, offers)
    assert.equal((await answer(again, grace.recoveryCodes[1] ?? '')).status, 200)
  })

  test('says in which mail the code is, also after one that was wrong, and asks for no place to be remembered', async () => {
    const hedy = await app.signedIn('hedy')
    await app.app.db.transaction(async (tx) => {
      const row = { id: 'adr_hedy', user_id: hedy.id, address: 'hedy@example.com', language: 'en' } as const
      await insertAddress(tx, {
        ...{ ...row, address_key: row.address, is_primary: 0, created_at: 1, proven_at: null },
      })
      await setProven(tx, row.id, 2)
      await setPrimary(tx, hedy.id, row.id)
    })
    const ask = (language: string) =>
      app.call('POST', '/sign-in', {
        form: { username: hedy.username, password: hedy.password },
        headers: { ...ownPage, 'accept-language': language },
        address: '198.51.100.20',
      })
    assert.match(
      (await ask('zh-TW')).text,
      /您不曾在這裡登入，因此驗證碼已寄到 h…@example\.com，10 分鐘內有效。/,
    )
    await takeLetters(app.app)
    const asked = await ask('en')
    const said = /so a code was sent to h…@example\.com\. It works for 10 minutes\./
    for (const shown of [asked, await answer(asked, '000000', { sent_to: hidden(asked, 'sent_to') })]) {
      assert.match(shown.text, said)
      assert.match(shown.text, /Six digits from your mail/)
      assert.doesNotMatch(shown.text, /name="remember"|passkey/)
    }
    const [letter] = await takeLetters(app.app)
    const ended = await answer(asked, /\b\d{3} \d{3}\b/.exec(letter?.text ?? '')?.[0] ?? '')
    assert.deepEqual([ended.status, ended.headers.get('refresh')], [200, '0; url=/console'])
  })

  test('begins again when it took too long, and for a challenge that nobody gave', async () => {
    const asked = await step()
    app.world.advance(6 * 60_000)
    for (const late of [
      await answer(asked, grace.authenticator.code()),
      await answer(asked, '000000', { challenge: 'lk_challenge_x' }),
      await answer(asked, '', { challenge: '' }),
    ]) {
      assert.deepEqual([late.status, cookiesOf(late)], [401, []])
      assert.match(late.text, /<input id="password"/)
    }
    const opened = await app.call('GET', '/sign-in/factor')
    assert.match(opened.text, /<input id="password"/)
  })

  test('of another site is refused, and the challenge lives on', async () => {
    const asked = await step()
    const form = { challenge: hidden(asked, 'challenge'), code: grace.authenticator.code() }
    const refused = await post('/sign-in/factor', form, { origin: 'https://evil.example' })
    assert.deepEqual([refused.status, problemIn(refused), cookiesOf(refused)], [403, foreign, []])
    assert.equal((await answer(asked, grace.authenticator.code())).status, 200)
  })

  test('is not asked in a browser that is remembered, and in every other', async () => {
    const ended = await answer(await step(), grace.authenticator.code(), { remember: 'yes' })
    const cookie = cookiesOf(ended).find((one) => one.includes('browser')) ?? assert.fail()
    const form = { username: grace.username, password: grace.password }
    const remembered = await post('/sign-in', form, { ...ownPage, cookie })
    assert.match(remembered.text, /You are signed in as grace/)
    assert.match((await step()).text, /<input id="code"/)
  })

  test('that enrols begins again if it is over by the time a wrong code is answered', async (t) => {
    const asked = await passwordOf({ username: 'linus', password: 'the password of linus' })
    // The code is counted, the guess is counted, and the form is made again.
    const isMeanwhile = beforeTransaction(t, app, 3, async () => app.world.advance(15 * 60_000))
    const late = await answer(asked, '000000')
    assert.ok(isMeanwhile())
    assert.equal(late.status, 403)
    assert.match(problemIn(late) ?? '', /That took too long/)
    assert.match(late.text, /<input id="password"/)
  })

  test('that enrols shows another key if one was set up elsewhere meanwhile', async () => {
    const first = await passwordOf({ username: 'linus', password: 'the password of linus' })
    const second = await passwordOf({ username: 'linus', password: 'the password of linus' })
    const keyIn = ({ text }: Answered) =>
      (/<code>([A-Z2-7 ]+)<\/code>/.exec(text)?.[1] ?? '').replaceAll(' ', '')
    assert.notEqual(keyIn(first), keyIn(second))
    const again = await answer(first, authenticatorOf(app, keyIn(first)).code())
    assert.deepEqual([again.status, cookiesOf(again)], [404, []])
    assert.ok(![keyIn(first), keyIn(second)].includes(keyIn(again)))
  })

  test('enrols where the type of the user requires a factor: the key stays, and the codes are shown', async () => {
    const asked = await passwordOf({ username: 'linus', password: 'the password of linus' })
    const keyIn = ({ text }: Answered) =>
      (/<code>([A-Z2-7 ]+)<\/code>/.exec(text)?.[1] ?? '').replaceAll(' ', '')
    assert.match(asked.text, /<svg class="qr" role="img" aria-label="The key of the authenticator/)
    const again = await answer(asked, '000000')
    assert.equal(again.status, 403)
    assert.equal(keyIn(again), keyIn(asked))
    const ended = await answer(again, authenticatorOf(app, keyIn(asked)).code())
    assert.equal(ended.status, 200)
    assert.equal(ended.text.match(/<li><code>/g)?.length, 10)
    // They stay until they have been read.
    assert.equal(ended.headers.get('refresh'), null)
    assert.match(ended.text, /<a href="\/console">/)
    assert.equal(cookiesOf(ended).length, 3)
  })
})

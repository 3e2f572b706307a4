import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { type Answered, openTestApp, type SignedIn, type TestApp, testIssuer } from '../../../test/app.ts'
import { authenticatorOf, type Enrolled, enrolled } from '../../../test/factors.ts'
import { operator } from '../../identity.ts'
import { ownPath } from '../../pages/own-path.ts'
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

import assert from 'node:assert/strict'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import { disableUser } from '../packages/server/src/accounts/users/users.ts'
import type { ActivityEvent } from '../packages/server/src/activity/events.ts'
import { operator } from '../packages/server/src/identity.ts'
import { testWorld } from '../packages/server/test/app.ts'
import { inChromium } from './support/chromium.ts'
import { allow, type OpenedConsole, openConsole, password, signIn } from './support/console.ts'

// Who is signed in to the console, for how long, and in which tabs. Time is the test's, for the server and for the pages,
// so that tokens expire when it says. The Date of the server's answers is the machine's, and puts the pages' clock right.

const world = testWorld(Date.now())
const tokenLifeMs = 300_000
const events: ActivityEvent[] = []

let opened: OpenedConsole
let issuer: string
let first: Page
let second: Page

before(async () => {
  if (inChromium.skip !== false) return
  const people = { admin: 'administrator', ada: 'customer', ben: 'customer', cleo: 'customer' }
  opened = await openConsole(people, world)
  issuer = opened.issuer
  first = opened.page
  await opened.context.addInitScript(
    'globalThis.jumpedMs = 0; { const { now } = Date; Date.now = () => now() + jumpedMs }',
  )
  opened.server.app.activity.follow((event) => void events.push(event))
})

after(async () => {
  await opened?.close()
})

test(
  'a page that is opened in a tab of its own is signed in, and nothing is written down',
  inChromium,
  async () => {
    await first.goto(`${issuer}/console`)
    await signIn(first, 'ada')
    await devices(first).waitFor()
    second = await opened.context.newPage()
    await second.goto(`${issuer}/console#/devices`)
    await devices(second).waitFor()
    await second.getByText('Signed in as ada').waitFor()
    assert.equal(count('user.sign_in'), 1)
    for (const page of [first, second]) assert.deepEqual(await page.evaluate(writtenDown), [0, 0, '', 0])
  },
)

/** Within the page, for Chromium forgets the bodies of answers when it likes. */
const readAnswers = `
  {
    window.answers = []
    const { fetch } = window
    window.fetch = async (...asked) => {
      const response = await fetch(...asked)
      if (response.url.endsWith('/v1/refresh')) window.answers.push(await response.clone().text())
      return response
    }
  }
`

test('a reload of the only tab stays signed in, and no script can read by what', inChromium, async () => {
  await second.reload()
  await devices(second).waitFor()
  assert.equal(count('session.refresh'), 0)
  await second.close()
  await first.addInitScript(readAnswers)
  await first.reload()
  await devices(first).waitFor()
  await first.getByText('Signed in as ada').waitFor()
  const answers = (await first.evaluate('window.answers')) as string[] // of readAnswers
  assert.equal(answers.length, 1)
  assert.match(answers[0] ?? '', /"access_token"/)
  assert.doesNotMatch(answers[0] ?? '', /lk_rt_/)
  assert.deepEqual(await first.evaluate(writtenDown), [0, 0, '', 0])
  const cookies = await opened.context.cookies()
  assert.deepEqual(cookies.map(({ value }) => value.replace(/(?<=^lk_[a-z]+_).*/, '')).sort(), [
    'lk_browser_',
    'lk_rt_',
    'lk_signedin_',
  ])
  // By one of them links of other sites know who is signed in, and nothing else comes with them.
  for (const { httpOnly, sameSite, path, value } of cookies)
    assert.deepEqual(
      [httpOnly, sameSite, path],
      [true, value.startsWith('lk_signedin_') ? 'Lax' : 'Strict', '/'],
    )
  assert.deepEqual([count('user.sign_in'), count('session.refresh')], [1, 1])
})

test('a page of another origin of the same host can do nothing with the cookie', inChromium, async (t) => {
  const stranger = createServer((_request, response) => response.end('<!doctype html><title>x</title>'))
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    stranger.closeAllConnections()
    stranger.close()
  })
  const origin = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}` // it listens on TCP
  const page = await opened.context.newPage()
  // SameSite does not help here, for the site is the same. The server refuses by the Origin.
  const requests: Request[] = []
  page.on('request', (request) => void requests.push(request))
  const before = opened.faults.length
  await page.goto(origin)
  const ask = (init: string) =>
    page.evaluate(
      `fetch('${issuer}/v1/refresh', { method: 'POST', credentials: 'include', ${init} }).then(({ status }) => status, String)`,
    )
  const body = `body: '{"cookie":"console"}'`
  assert.match(String(await ask(`${body}, headers: { 'content-type': 'application/json' }`)), /TypeError/)
  // As a form may send it, without asking first: not read, and not JSON.
  assert.equal(await ask(`${body}, mode: 'no-cors'`), 0)
  assert.equal((await requests.at(-1)?.response())?.status(), 415)
  await page.close()
  opened.faults.length = before
  assert.equal(count('session.refresh'), 1)
  await first.reload()
  await devices(first).waitFor()
  assert.equal(count('session.refresh'), 2)
})

test(
  'whoever reaches the console by another address than the issuer has the session in the tabs',
  inChromium,
  async (t) => {
    const { port } = new URL(issuer)
    const proxy = createServer((asked, response) => {
      const { url: path = '/', method = 'GET', headers } = asked
      const onward = request({ port, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      onward.on('error', () => response.destroy())
      asked.pipe(onward)
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    t.after(() => {
      proxy.closeAllConnections()
      proxy.close()
    })
    const before = opened.faults.length
    const page = await opened.context.newPage()
    await page.goto(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/console`) // it listens on TCP
    await signIn(page, 'ben')
    await page.getByText('Signed in as ben').waitFor()
    await page.reload()
    await form(page).waitFor()
    await page.close()
    opened.faults.length = before
  },
)

test('a token that expires is refreshed once for both tabs, and nobody notices', inChromium, async () => {
  const before = count('session.refresh')
  second = await opened.context.newPage()
  await second.goto(`${issuer}/console`)
  await devices(second).waitFor()
  const asks = (page: Page) => page.waitForRequest((sent) => sent.url().includes('/v1/devices'))
  const tokenOf = (sent: Request) => sent.headers().authorization
  for (let round = 1; round <= 2; round++) {
    const expired = await Promise.all([first, second].map(async (page) => tokenOf(await asks(page))))
    await outliveTokens()
    for (const page of [first, second]) {
      // An answer to what was asked before the token expired says nothing.
      await page.waitForResponse((given) => given.ok() && isRenewed(given.request()))
      assert.equal(await page.getByRole('alert').count(), 0)
    }
    assert.equal(count('session.refresh'), before + round)

    function isRenewed(sent: Request): boolean {
      return sent.url().includes('/v1/devices') && !expired.includes(tokenOf(sent))
    }
  }
})

test('what a renewal has changed is shown: pages come and go with the scopes', inChromium, async () => {
  const places = (page: Page) => page.getByRole('navigation').getByRole('link')
  await allow(opened, 'devices:bind', 'devices:view', 'activity:read')
  await outliveTokens()
  for (const page of [first, second]) {
    await page.getByRole('link', { name: 'Activity' }).waitFor()
    assert.deepEqual(await places(page).allTextContents(), [
      'Overview',
      'Devices',
      'Activity',
      'Alarms',
      'Sign-ins',
      'Backups',
      'Background work',
      'My account',
    ])
  }
  await allow(opened, 'devices:view')
  await outliveTokens()
  for (const page of [first, second]) {
    await page.getByRole('link', { name: 'Activity' }).waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('heading', { name: 'Claim a device' }).count(), 0)
  }
})

test('the log is followed on with a token that is good', inChromium, async () => {
  await allow(opened, 'devices:view', 'activity:read')
  await outliveTokens()
  // What is not drawn cannot be pressed, and a browser hardly draws a tab that is not in front.
  await first.bringToFront()
  await first.getByRole('link', { name: 'Activity' }).click()
  await first.getByText('live', { exact: true }).waitFor()
  // The next search opens a stream of its own, long after the token of the one before is over.
  await outliveTokens()
  const again = first.waitForResponse((given) => given.url().includes('/tail?event=') && given.ok())
  await first.getByLabel('Event').fill('session.refresh')
  await first.getByRole('button', { name: 'Search' }).click()
  await again
  await first.getByText('live', { exact: true }).waitFor()
  await first.getByRole('table', { name: 'Activity' }).getByRole('row').nth(1).waitFor()
})

test(
  'a stream that ends with its token is opened again with a renewed one, and nobody notices',
  inChromium,
  async () => {
    const before = count('session.refresh')
    await first.evaluate(watchForTrouble)
    const again = first.waitForResponse((given) => given.url().includes('/tail?event=') && given.ok())
    await outliveTokens()
    await opened.server.app.jobs.runNow(1_000)
    await again
    // The renewal itself is what the page has searched for, and stands in the log by now.
    await first
      .getByRole('table', { name: 'Activity' })
      .getByRole('row')
      .nth(before + 1)
      .waitFor()
    assert.deepEqual(await first.evaluate('trouble'), [])
    assert.equal(count('session.refresh'), before + 1)
  },
)

test('who signs out is signed out in every tab, and each says why', inChromium, async () => {
  const told = first.waitForResponse((given) => given.url().endsWith('/v1/logout'))
  await first.getByRole('button', { name: 'Sign out' }).click()
  await first.getByText('You have signed out.').waitFor()
  await second.getByText('You have been signed out in another tab.').waitFor()
  assert.equal((await told).status(), 204)
  assert.equal(events.findLast(({ event }) => event === 'session.end')?.reason, 'signed_out')
  await both(['您已登出。', '您已在另一個分頁登出。'])
})

test('who has signed out is signed out after a reload', inChromium, async () => {
  // The browser stays a known one, which alone opens nothing.
  const left = await opened.context.cookies()
  assert.deepEqual(
    left.map(({ value }) => /^lk_[a-z]+_/.exec(value)?.[0]),
    ['lk_browser_'],
  )
  for (const page of [first, second]) {
    await page.reload()
    await form(page).waitFor()
  }
})

test('who signs in in one tab is signed in in every tab', inChromium, async () => {
  await signIn(second, 'ben')
  for (const page of [first, second]) await page.getByText('Signed in as ben').waitFor()
})

test('a session that somebody else has ended is over at the next request', inChromium, async () => {
  await second.close()
  await first.getByRole('link', { name: 'Devices' }).click()
  await devices(first).waitFor()
  await disable('ben')
  await first.getByText('Your session is over. Please sign in again.').waitFor()
  await first.getByRole('button', { name: '中文' }).click()
  await first.getByText('您的工作階段已結束，請重新登入。').waitFor()
})

test('what is wrong at the sign-in is said in the language of the page', inChromium, async () => {
  await first.getByLabel('帳號').fill('cleo')
  await first.getByLabel('密碼').fill('not hers')
  await first.getByRole('button', { name: '登入' }).click()
  await first.getByRole('alert').getByText('帳號或密碼不正確。').waitFor()
  await first.getByLabel('密碼').fill(password)
  await first.getByRole('button', { name: '登入' }).click()
  await first.getByText('已登入：cleo').waitFor()
})

test('who signs out while the server is away is signed out here, and is told', inChromium, async () => {
  await first.route('**/v1/logout', (route) => route.abort())
  await first.getByRole('button', { name: '登出' }).click()
  await first.getByText('這裡已登出，但無法通知伺服器。').waitFor()
  await first.getByRole('button', { name: 'English' }).click()
  await first.getByText('You are signed out here, but the server could not be told.').waitFor()
})

test(
  'a session that somebody else has ended is over at once for whoever follows the log',
  inChromium,
  async () => {
    await signIn(first, 'ada')
    await first.getByRole('link', { name: 'Activity' }).click()
    await first.getByText('live', { exact: true }).waitFor()
    await first.evaluate(watchForTrouble)
    await disable('ada')
    await first.getByText('Your session is over. Please sign in again.').waitFor()
    assert.deepEqual(
      await first.evaluate(`trouble.filter((text) => !text.includes('Your session is over'))`),
      [],
    )
  },
)

test('all the while there was no error, and no breach of the policy', inChromium, () => {
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})

const devices = (page: Page) => page.getByRole('heading', { name: 'Devices', level: 1 })
const form = (page: Page) => page.getByRole('heading', { name: 'Sign in' })

/** Writes down what a person would see of a problem or of a lost connection, however short it is there. */
const watchForTrouble = `{
  globalThis.trouble = []
  const look = () => {
    for (const { textContent } of document.querySelectorAll('[role=alert], .presence:not(.online)'))
      if (textContent !== '') trouble.push(textContent)
  }
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
}`

/** What the page has in each place where a page can write something down. */
const writtenDown = `indexedDB.databases().then(({ length }) =>
  [localStorage.length, sessionStorage.length, document.cookie, length])`

function count(event: string): number {
  return events.filter((one) => one.event === event && one.outcome === 'success').length
}

async function both(chinese: readonly [string, string]): Promise<void> {
  for (const [index, page] of [first, second].entries()) {
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByText(chinese[index] ?? '').waitFor()
    await page.getByRole('button', { name: 'English' }).click()
  }
}

/** For the server and both pages at once: nothing is asked in between, when one clock says that a token is good and another not. */
async function outliveTokens(): Promise<void> {
  const { promise: jumped, resolve: goOn } = Promise.withResolvers<void>()
  const asked = `${issuer}/v1/**`
  await opened.context.route(asked, async (route) => {
    await jumped
    await route.continue()
  })
  world.advance(tokenLifeMs + 60_000)
  for (const page of [first, second]) await page.evaluate(`jumpedMs += ${tokenLifeMs + 60_000}`)
  goOn()
  await opened.context.unrouteAll({ behavior: 'wait' })
}

async function disable(username: string): Promise<void> {
  const [user] = await opened.server.app.db.query<{ id: string }>(
    'SELECT id FROM users WHERE username = $1',
    username,
  )
  await disableUser(opened.server.app, operator, user?.id ?? '')
}

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chromium, type Page, type Route } from 'playwright-core'
import { operator } from '../packages/server/src/identity.ts'
import { createProvider } from '../packages/server/src/upstream/providers/providers.ts'
import { clientSecret, type OpenidProvider, openProvider } from '../packages/server/test/openid-provider.ts'
import { eventually } from '../packages/server/test/second-app.ts'
import { chromiumLaunch, inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, signIn } from './support/console.ts'

// In a real browser, from a page of ours to a provider of another site and back: which cookies go where, only a browser decides.

let opened: OpenedConsole
let provider: OpenidProvider
before(async () => {
  if (options.skip !== false) return
  // A name and a number are two sites, though they are one machine.
  opened = await openConsole({ admin: 'administrator', ada: 'customer' }, undefined, '127.0.0.1', {
    LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.1/32,::1/128',
  })
  const { app } = opened.server
  provider = await openProvider(app, 'localhost')
  provider.instead.set('/authorize', (request, response) => {
    const asked = new URL(request.url ?? '', provider.issuer)
    if (request.method !== 'POST') {
      // Somebody has to press something: what follows begins at this site.
      const form = `<form method="post" action="${asked.search}"><button>Go on</button></form>`
      response.setHeader('content-type', 'text/html').end(`<title>Provider</title>${form}`)
      return
    }
    const given = {
      state: asked.searchParams.get('state') ?? '',
      code: provider.codeFor(asked),
      iss: provider.issuer,
    }
    const back = asked.searchParams.get('redirect_uri') ?? ''
    if (asked.searchParams.get('response_mode') === 'form_post') {
      const fields = Object.entries(given).map(
        ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
      )
      const form = `<form method="post" action="${back}">${fields.join('')}<button>Send</button></form>`
      response.setHeader('content-type', 'text/html').end(`<title>Provider</title>${form}`)
      return
    }
    response.writeHead(303, { location: `${back}?${new URLSearchParams(given)}` }).end()
  })
  provider.instead.set('/end', (_, response) => response.end('signed out there'))
  await createProvider(app.upstream.ground, operator, {
    ...{ key: 'employer', name: 'Employer', issuer: provider.issuer, clientId: 'here', secret: clientSecret },
    ...{ authentication: 'client_secret_basic', teamId: null, keyId: null, responseMode: 'query' },
    ...{ scopes: ['openid'], userType: 'customer', emailDomains: [], usernameClaim: 'preferred_username' },
    ...{ displayNameClaim: null, factorAmr: [], factorAcr: [] },
  })
})
after(async () => {
  await opened?.close()
  await provider?.close()
})

const setMode = (mode: 'query' | 'form_post') =>
  opened.server.app.db.transaction((tx) =>
    tx.query('UPDATE providers SET response_mode = $1 RETURNING key', mode),
  )

/** Press the link of the provider, and go on there. */
async function atProvider(page: Page, mode: 'query' | 'form_post' = 'query'): Promise<void> {
  await page.getByRole('link', { name: 'Continue with Employer' }).click()
  await page.getByRole('button', { name: 'Go on' }).click()
  if (mode === 'form_post') await page.getByRole('button', { name: 'Send' }).click()
}

for (const mode of ['query', 'form_post'] as const) {
  test(`the console is open behind a provider that answers by ${mode}`, options, async () => {
    await setMode(mode)
    provider.claims = { sub: `by ${mode}`, preferred_username: `person of ${mode}` }
    const { context } = opened
    await context.clearCookies()
    const page = await context.newPage()
    await page.goto(`${opened.issuer}/console#/account/security`)
    await atProvider(page, mode)
    await page.getByText(`Signed in as person of ${mode}`).waitFor()
    assert.match(page.url(), /\/console#\/account\/security$/)
    // And the session goes on when the page is opened again.
    await page.reload()
    await page.getByText(`Signed in as person of ${mode}`).waitFor()
    await page.close()
  })
}

test('signing out offers to sign out there too', options, async () => {
  await setMode('query')
  provider.claims = { sub: 'by query' }
  const { context } = opened
  await context.clearCookies()
  const page = await context.newPage()
  await page.goto(`${opened.issuer}/console`)
  const found = page.waitForResponse((response) => response.url().endsWith('/v1/me/provider'))
  await atProvider(page)
  await found
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You may still be signed in at Employer.').waitFor()
  await page.getByRole('link', { name: 'Sign out there too' }).click()
  await page.getByText('signed out there').waitFor()
  assert.match(page.url(), /post_logout_redirect_uri=/)
  await page.close()
})

/** A page that is signed in, and what it asks for the way out, which waits for us. */
async function signedInAndAsking() {
  await setMode('query')
  provider.claims = { sub: 'by query' }
  const { context } = opened
  await context.clearCookies()
  const page = await context.newPage()
  const asked = Promise.withResolvers<Route>()
  await page.route(({ pathname }) => pathname === '/v1/me/provider', asked.resolve)
  await page.goto(`${opened.issuer}/console`)
  await atProvider(page)
  return { page, held: await asked.promise }
}

test('whoever signs out while the way out is looked up is offered it all the same', options, async () => {
  const { page, held } = await signedInAndAsking()
  const response = await held.fetch()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You have signed out.').waitFor()
  await held.fulfill({ response })
  await page.getByRole('link', { name: 'Sign out there too' }).waitFor()
  await page.close()
})

for (const { name, leave } of [
  { name: 'stays', leave: () => Promise.resolve() },
  { name: 'leaves the page', leave: (page: Page) => page.goto('about:blank') },
]) {
  test(`whoever signs out and ${name} is signed out at once: no way out is waited for`, options, async () => {
    const { page } = await signedInAndAsking()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await leave(page)
    await eventually(async () => {
      const newest = 'SELECT end_reason FROM sessions ORDER BY created_at DESC LIMIT 1'
      const [session] = await opened.server.app.db.query<{ end_reason: string | null }>(newest)
      return session?.end_reason === 'signed_out'
    })
    await page.close()
  })
}

test('a person links the provider to their account, and unlinks it', options, async () => {
  provider.claims = { sub: 'ada', email: 'ada@employer.example' }
  const { context } = opened
  await context.clearCookies()
  const page = await context.newPage()
  await page.goto(`${opened.issuer}/console#/account/security`)
  await signIn(page, 'ada')
  const section = page.getByRole('region', { name: 'Linked sign-ins' })
  await section.getByText('No sign-in of a provider is linked.').waitFor()
  await section.getByRole('button', { name: 'Link Employer' }).click()
  await page.getByRole('button', { name: 'Go on' }).click()
  await section.getByText('ada@employer.example').waitFor()
  await page.getByText('Signed in as ada').waitFor()
  await section.getByRole('button', { name: 'Unlink Employer' }).click()
  await section.getByText('You cannot sign in with Employer any more.').waitFor()
  await section.getByRole('button', { name: 'Unlink it now' }).click()
  await section.getByText('It is unlinked.').waitFor()
  await page.close()
})

test('it needs no script', options, async () => {
  await setMode('query')
  provider.claims = { sub: 'without script' }
  const browser = await chromium.launch(chromiumLaunch)
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-GB' })
    const page = await context.newPage()
    // A page that works without script, so that one sees where it ends.
    await page.goto(`${opened.issuer}/sign-in?next=/docs`)
    await atProvider(page)
    await page.waitForURL(`${opened.issuer}/docs`)
    const kept = (await context.cookies()).filter(({ name }) => name.startsWith('latchkey_refresh'))
    assert.deepEqual(
      kept.map(({ sameSite, httpOnly }) => [sameSite, httpOnly]),
      [['Strict', true]],
    )
  } finally {
    await browser.close()
  }
})

test('no page broke its own policy', options, () => {
  const own = opened.faults.filter((fault) => !fault.includes(provider.issuer))
  assert.deepEqual(own, [])
})

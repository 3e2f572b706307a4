import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CDPSession, Page } from 'playwright-core'
import { type TestWorld, testWorld } from '../packages/server/test/app.ts'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, signIn, textsOf } from './support/console.ts'

// Passkeys in a real browser with an authenticator of its own making: added, used in each way, asked for again, removed, and unknown.

let opened: OpenedConsole
let page: Page
let world: TestWorld
let browser: CDPSession
let authenticatorId: string
/** What the browser did to passkeys because the page had told it. */
const signalled: string[] = []
let recoveryCodes: readonly string[]

before(async () => {
  if (options.skip !== false) return
  world = testWorld(Date.now())
  opened = await openConsole({ ada: 'customer', root: 'administrator' }, world, 'localhost')
  page = opened.page
  browser = await opened.context.newCDPSession(page)
  await browser.send('WebAuthn.enable', { enableUI: false })
  const authenticator = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const
  const person = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
  const added = await browser.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...authenticator, ...person },
  })
  authenticatorId = added.authenticatorId
  browser.on('WebAuthn.credentialDeleted', () => signalled.push('deleted'))
  await page.goto(`${opened.issuer}/console#/account`)
  await signIn(page, 'ada')
})

after(() => opened?.close())

const click = (name: string) => page.getByRole('button', { name, exact: true }).click()
const status = (text: string) => page.getByRole('status').getByText(text).waitFor()
/** Whether the person touches the authenticator when it is asked; until then it waits. */
const touches = (enabled: boolean) =>
  browser.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
async function signOut(): Promise<void> {
  await touches(false)
  await click('Sign out')
  await page.getByLabel('User name').waitFor()
}

test('a passkey is added once it was said what that means, and brings recovery codes', options, async () => {
  await page.getByText('You have no passkey yet.').waitFor()
  await page.getByText('You sign in with your password alone.').waitFor()
  await click('Add a passkey')
  await page.getByText('it is asked for as the second step. Every other session ends.').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await page.getByLabel('What you call it').fill('Office laptop')
  await click('Add it now')
  await status('The passkey is in force')
  const codes = page.getByRole('list', { name: 'Your recovery codes' }).getByRole('listitem')
  recoveryCodes = await textsOf(codes, 10)
  await click('I have kept them')
  const row = page.getByRole('table', { name: 'Passkeys' }).getByRole('row').nth(1)
  await row.getByText('Office laptop').waitFor()
  await row.getByText('on one device alone').waitFor()
  await row.getByText('never').waitFor()
  await page.getByText('A passkey is your second factor. 10 recovery codes left').waitFor()
})

test('it is renamed', options, async () => {
  await click('Rename Office laptop')
  await page.getByLabel('Name', { exact: true }).fill('Old laptop')
  await click('Save')
  await status('The passkey has its new name.')
  await page.getByRole('table', { name: 'Passkeys' }).getByText('Old laptop').waitFor()
})

test('an administrator sees it among the factors of the person', options, async () => {
  await signOut()
  await signIn(page, 'root')
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('link', { name: 'ada', exact: true }).click()
  await page.getByRole('list', { name: 'Factors' }).getByText('Passkey “Old laptop”').waitFor()
  await page.getByText('A second factor is in force').waitFor()
})

test('it is removed once it was said what that means, and the browser forgets it', options, async () => {
  await signOut()
  await signIn(page, 'ada')
  await page.getByLabel('Code', { exact: true }).fill(recoveryCodes[0] ?? '')
  await click('Continue')
  await page.goto(`${opened.issuer}/console#/account`)
  await click('Remove Old laptop')
  await page.getByText('you would sign in with your password alone again').waitFor()
  await click('Remove Old laptop now')
  await status('The passkey is removed')
  await page.getByText('You have no passkey yet.').waitFor()
  await page.getByText('You sign in with your password alone.').waitFor()
  assert.deepEqual(signalled, ['deleted'])
})

for (const { name, host, script, says } of [
  {
    name: 'that is no secure context',
    host: 'localhost',
    script: 'isSecureContext',
    says: 'Passkeys need https',
  },
  {
    name: 'of a browser without passkeys',
    host: 'localhost',
    script: 'PublicKeyCredential',
    says: 'has no passkeys',
  },
  { name: 'at a number', host: '127.0.0.1', script: 'nothing', says: 'belong to a name' },
]) {
  test(`a page ${name} says why there are no passkeys, and the rest of it works`, options, async () => {
    const context = await (opened.context.browser() ?? assert.fail('no browser')).newContext({
      locale: 'en-GB',
    })
    const other = await context.newPage()
    await other.addInitScript(`Object.defineProperty(window, '${script}', { value: undefined })`)
    await other.goto(`${opened.issuer.replace('localhost', host)}/console#/account`)
    await signIn(other, 'root')
    await other.getByText(says).waitFor()
    assert.equal(await other.getByRole('button', { name: 'Add a passkey' }).count(), 0)
    await other.getByText('You have no passkey yet.').waitFor()
    await other.getByRole('button', { name: 'Set up an authenticator' }).waitFor()
    await context.close()
  })
}

test('all the while there was no error, and no breach of the policy', options, () => {
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import type { CDPSession, Page } from 'playwright-core'
import { requireFactorOfType } from '../packages/server/src/accounts/factors/administer.ts'
import { createUserType } from '../packages/server/src/accounts/user-types/user-types.ts'
import { createUser, updateUser } from '../packages/server/src/accounts/users/users.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type TestWorld, testWorld } from '../packages/server/test/app.ts'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { exactly, type OpenedConsole, openConsole, password, signIn, textsOf } from './support/console.ts'

// Passkeys in a real browser with an authenticator of its own making: added, used in each way, asked for again, removed, and unknown.

let opened: OpenedConsole
let page: Page
let world: TestWorld
let browser: CDPSession
let authenticatorId: string
/** What the browser did to passkeys because the page had told it. */
let deleted = 0
let shownAs: string | undefined
let recoveryCodes: readonly string[]

before(async () => {
  if (options.skip !== false) return
  world = testWorld(Date.now())
  opened = await openConsole(
    { ada: 'customer', grace: 'customer', root: 'administrator' },
    world,
    'localhost',
  )
  page = opened.page
  browser = await opened.context.newCDPSession(page)
  await browser.send('WebAuthn.enable', { enableUI: false })
  const authenticator = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true } as const
  const person = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
  const added = await browser.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...authenticator, ...person },
  })
  authenticatorId = added.authenticatorId
  browser.on('WebAuthn.credentialDeleted', () => {
    deleted += 1
  })
  browser.on('WebAuthn.credentialUpdated', ({ credential }) => {
    shownAs = credential.userDisplayName
  })
  await page.addInitScript(`{
    const { get } = CredentialsContainer.prototype
    window.asked = 0
    CredentialsContainer.prototype.get = function (options) {
      window.asked += 1
      return get.call(this, options)
    }
  }`)
  await page.goto(`${opened.issuer}/console#/account/security`)
  await signIn(page, 'ada')
})

after(() => opened?.close())

const button = (name: string) => page.getByRole('button', { name, exact: true })
const click = (name: string) => button(name).click()
const status = (text: string) => page.getByRole('status').getByText(text).waitFor()
const alert = (text: string) => page.getByRole('alert').getByText(text).waitFor()
const signedIn = () => page.getByText('Signed in as ada').waitFor()
const listed = (text: string) => page.getByRole('table', { name: 'Passkeys' }).getByText(text).waitFor()
/** Whether the person touches the authenticator when it is asked; until then it waits. */
const touches = (enabled: boolean) =>
  browser.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
/** Whether the authenticator knows the person by fingerprint or PIN. */
const knows = (isUserVerified: boolean) =>
  browser.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })

/** How often this page has asked for a passkey. */
const asked = () => page.evaluate<number>('window.asked')

/** Without touching the authenticator, so that what the page offers then stands, and signs nobody in again. */
async function signOut(): Promise<void> {
  await touches(false)
  const before = await asked()
  await click('Sign out')
  await until(async () => (await asked()) > before)
}

/** On a fresh page, whose offer stands. */
async function signInByButton(): Promise<void> {
  await page.reload()
  await until(async () => (await asked()) > 0)
  await touches(true)
  await click('Sign in with a passkey')
  await signedIn()
}

const answered = (path: string, status: number) =>
  page.waitForResponse((response) => response.url().endsWith(path) && response.status() === status)
/** Somebody has been signed in by a passkey alone. */
const passkeyTaken = () => answered('/v1/login/passkey', 200)

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
  await listed('Office laptop')
  await listed('on one device alone')
  await listed('never')
  await page.getByText('A passkey is your second factor. 10 recovery codes left').waitFor()
})

test('it is renamed', options, async () => {
  await click('Rename Office laptop')
  await page.getByLabel('Name', { exact: true }).fill('Old laptop')
  await click('Save')
  await status('The passkey has its new name.')
  await listed('Old laptop')
})

test('what is offered below the user name signs in when it is chosen there', options, async () => {
  const taken = passkeyTaken()
  await touches(true)
  await click('Sign out')
  await taken
  await signedIn()
})

test('a button that is pressed while an offer stands signs in, and nothing has failed', options, async () => {
  await signOut()
  await touches(true)
  await click('Sign in with a passkey')
  await signedIn()
  assert.equal(await page.getByRole('alert').count(), 0)
})

test('who chooses no passkey has not failed, keeps the page, and may choose again', options, async () => {
  await signOut()
  await page.getByLabel('User name').fill('typed before')
  const before = await asked()
  await knows(false)
  await touches(true)
  await click('Sign in with a passkey')
  // Once by the button, and then it is offered again.
  await until(async () => (await asked()) >= before + 2)
  await page.locator('button[aria-busy=false]', { hasText: 'Sign in with a passkey' }).waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
  assert.equal(await page.getByLabel('User name').inputValue(), 'typed before')
  await touches(false)
  await knows(true)
  await signInByButton()
})

test('beside the password it is the second step', options, async () => {
  await signOut()
  await signIn(page, 'ada')
  await page.getByRole('heading', { name: 'Second step' }).waitFor()
  await page.locator('button.main:focus', { hasText: 'Use a passkey' }).waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await touches(true)
  await click('Use a passkey')
  await signedIn()
})

test('from there a way leads to the code', options, async () => {
  await signOut()
  await signIn(page, 'ada')
  await click('Use a code instead')
  await page.locator('input[name=code]:focus').waitFor()
  await page.getByText('One of your recovery codes.').waitFor()
  await page.getByLabel('Code', { exact: true }).fill(recoveryCodes[0] ?? '')
  await click('Continue')
  await page.getByText('9 recovery codes left').waitFor()
})

test('a page that has stood open longer than a challenge lives signs in all the same', options, async () => {
  await page.clock.install({ time: world.now() })
  await page.reload()
  await signOut()
  const taken = passkeyTaken()
  for (let offers = 1; offers <= 8; offers += 1) {
    // The next minutes may pass only once it is offered.
    await until(async () => (await asked()) === offers)
    if (offers === 8) await touches(true)
    world.advance(8 * 60_000)
    await page.clock.fastForward(8 * 60_000)
  }
  await taken
  await signedIn()
})

test('what needs a fresh sign-in takes a passkey of the person, and goes on', options, async () => {
  world.advance(6 * 60_000)
  await page.reload()
  await page.getByText('9 recovery codes left').waitFor()
  await click('Add a passkey')
  await click('Add it now')
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await dialog.getByRole('button', { name: 'Use a passkey' }).waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await dialog.getByRole('button', { name: 'Use a passkey' }).click()
  // It went on to the authenticator, which has one of this account.
  await alert('has one of your account already')
  await click('Cancel')
})

test('an administrator sees it among the factors of the person', options, async () => {
  await signOut()
  await signIn(page, 'root')
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('link', { name: 'ada', exact: true }).click()
  await page.getByRole('list', { name: 'Factors' }).getByText('Passkey “Old laptop”').waitFor()
  await page.getByText('A second factor is in force').waitFor()
})

test('the browser calls the account what it is called now', options, async () => {
  const { app } = opened.server
  const [ada] = await app.db.query<{ id: string }>(`SELECT id FROM users WHERE username = 'ada'`)
  await updateUser(app, operator, ada?.id ?? '', { displayName: 'Ada Lovelace' })
  const taken = passkeyTaken()
  await touches(true)
  await click('Sign out')
  await taken
  await signedIn()
  await until(() => shownAs === 'Ada Lovelace')
})

test('it is removed once it was said what that means, and the browser forgets it', options, async () => {
  await page.goto(`${opened.issuer}/console#/account/security`)
  await click('Remove Old laptop')
  await page.getByText('you would sign in with your password alone again').waitFor()
  assert.equal(deleted, 0)
  await click('Remove it: Old laptop')
  await status('The passkey is removed')
  await page.getByText('You have no passkey yet.').waitFor()
  await page.getByText('You sign in with your password alone.').waitFor()
  await until(() => deleted === 1)
})

test('one that is refused is not forgotten', options, async () => {
  await click('Add a passkey')
  await click('Add it now')
  await click('I have kept them')
  await page.getByText('A passkey is your second factor.').waitFor()
  await signOut()
  const { db } = opened.server.app
  const setCount = (count: number) =>
    db.transaction((tx) => tx.query('UPDATE passkeys SET sign_count = $1', count))
  // As if another device had a copy of its key.
  await setCount(4_000_000_000)
  await touches(true)
  await click('Sign in with a passkey')
  await alert('This passkey was not accepted.')
  // The page offers it again, which this authenticator answers by itself.
  await touches(false)
  await page.reload()
  await setCount(1)
  await signInByButton()
  assert.equal(deleted, 1)
})

test('one that is not known is told from a refusal, and the browser forgets it', options, async () => {
  await signOut()
  const { db } = opened.server.app
  await db.transaction((tx) => tx.query('UPDATE passkeys SET credential_id = $1', 'c29tZXRoaW5n'))
  await touches(true)
  await click('Sign in with a passkey')
  await alert('This passkey is not known here any more.')
  await until(() => deleted === 2)
})

test('after a sign-in by password one is made without a prompt, once in a browser', options, async () => {
  // Chromium does it for passwords that it has filled in itself, which it keeps to itself here: as if it had.
  await page.addInitScript(`{
    const { create } = CredentialsContainer.prototype
    CredentialsContainer.prototype.create = function ({ mediation, ...options }) {
      return create.call(this, options)
    }
  }`)
  await page.goto(`${opened.issuer}/console#/account/security`)
  await page.reload()
  await touches(true)
  const kept = answered('/v1/me/passkeys', 201)
  await signIn(page, 'grace')
  await kept
  await page.reload()
  await listed('made without a prompt: signs you in until your password changes')
  await page.getByText('You sign in with your password alone.').waitFor()
  await signOut()
  const refused = answered('/v1/me/passkeys/options', 409)
  await signIn(page, 'grace')
  await refused
  await listed('made without a prompt')
  await exactly(page.getByRole('table', { name: 'Passkeys' }).getByRole('row'), 2)
  await signOut()
})

test('who has to set up a factor makes a passkey to sign in, and is in', options, async () => {
  const { app } = opened.server
  await createUserType(app, operator, { name: 'guarded', description: '', permissions: ['devices:view'] })
  await requireFactorOfType(app, operator, 'guarded', 0)
  const hash = await app.passwords.hash(password, [])
  await createUser(app, operator, { username: 'linus', userType: 'guarded' }, hash)
  await signIn(page, 'linus')
  await page.getByRole('heading', { name: 'Your account needs a second factor' }).waitFor()
  await page.locator('button.main:focus', { hasText: 'Set up a passkey' }).waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await click('Set up an authenticator instead')
  await page.getByLabel('A code of the new authenticator').waitFor()
  assert.deepEqual(await axeFaults(page), [])
  await click('Set up a passkey instead')
  await knows(false)
  await touches(true)
  await click('Set up a passkey')
  // Who makes none has not failed.
  await page.locator('button[aria-busy=false]', { hasText: 'Set up a passkey' }).waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
  await knows(true)
  await click('Set up a passkey')
  await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
  await click('I have kept them')
  await page.getByText('Signed in as linus').waitFor()
})

test('a browser is remembered after a passkey as the second step', options, async () => {
  await signOut()
  await signIn(page, 'linus')
  await page.getByLabel('Do not ask for the second step in this browser for 30 days').check()
  assert.deepEqual(await axeFaults(page), [])
  await touches(true)
  await click('Use a passkey')
  await page.getByText('Signed in as linus').waitFor()
  await signOut()
  await signIn(page, 'linus')
  await page.getByText('Signed in as linus').waitFor()
  await signOut()
})

for (const { name, host, lacks, says } of [
  {
    name: 'that is no secure context',
    host: 'localhost',
    lacks: 'isSecureContext',
    says: 'Passkeys need https',
  },
  {
    name: 'of a browser without passkeys',
    host: 'localhost',
    lacks: 'PublicKeyCredential',
    says: 'has no passkeys',
  },
  { name: 'at a number', host: '127.0.0.1', lacks: 'nothing', says: 'Passkeys belong to a name' },
]) {
  test(`a page ${name} says why there are no passkeys, and the rest of it works`, options, async () => {
    const context = await (opened.context.browser() ?? assert.fail('no browser')).newContext({
      locale: 'en-GB',
    })
    const other = await context.newPage()
    await other.addInitScript(`Object.defineProperty(window, '${lacks}', { value: undefined })`)
    await other.goto(`${opened.issuer.replace('localhost', host)}/console#/account/security`)
    await other.getByText(says).waitFor()
    assert.equal(await other.getByRole('button', { name: 'passkey' }).count(), 0)
    await signIn(other, 'root')
    await other.getByText('You have no passkey yet.').waitFor()
    await other.getByText(says).waitFor()
    assert.equal(await other.getByRole('button', { name: 'Add a passkey' }).count(), 0)
    await other.getByRole('button', { name: 'Set up an authenticator' }).waitFor()
    await context.close()
  })
}

test('all the while there was no error, and no breach of the policy', options, () => {
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})

/** The browser tells of what it has done a moment later. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries += 1) {
    assert.ok(tries < 300)
    await setTimeout(20)
  }
}

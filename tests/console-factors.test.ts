import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { generate } from 'lean-qr'
import type { Page } from 'playwright-core'
import { requireFactorOfType } from '../packages/server/src/accounts/factors/administer.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type TestWorld, testWorld } from '../packages/server/test/app.ts'
import { authenticatorOf, type TestAuthenticator } from '../packages/server/test/factors.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, password, signIn, textsOf } from './support/console.ts'

// Second factors in a real browser: set up, used to sign in, asked for again, required, and reset by an administrator.

let opened: OpenedConsole
let page: Page
let world: TestWorld
let authenticator: TestAuthenticator
let recoveryCodes: readonly string[]

before(async () => {
  if (options.skip !== false) return
  world = testWorld(Date.now())
  opened = await openConsole({ ada: 'customer', root: 'administrator' }, world)
  page = opened.page
  await page.goto(`${opened.issuer}/console#/account/security`)
  await signIn(page, 'ada')
})

after(() => opened?.close())

const click = (name: string) => page.getByRole('button', { name, exact: true }).click()
const status = (text: string) => page.getByRole('status').getByText(text).waitFor()
const alert = (text: string) => page.getByRole('alert').getByText(text).waitFor()

async function sendCode(code: string, label = 'Code'): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill(code)
  await click('Continue')
}

/** Six minutes: the browser's clock stands still, so the access token is renewed by loading the page. */
async function later(): Promise<void> {
  world.advance(6 * 60_000)
  await page.reload()
  await page.getByText('recovery codes left').waitFor()
}

/** The code of now, which is not used twice. */
function nextCode(): string {
  world.advance(30_000)
  return authenticator.code()
}

async function shownKey(): Promise<string> {
  return (await page.locator('p').filter({ hasText: 'Key:' }).locator('code').innerText()).replaceAll(' ', '')
}

test(
  'an authenticator is shown as a picture and a key, which are the same after a reload',
  options,
  async () => {
    await page.getByText('You sign in with your password alone.').waitFor()
    await click('Set up an authenticator')
    const key = await shownKey()
    await page.reload()
    await click('Set up an authenticator')
    assert.equal(await shownKey(), key)
    authenticator = authenticatorOf({ world }, key)
    const name = 'Latchkey%20127.0.0.1'
    const code = generate(`otpauth://totp/${name}:ada?secret=${key}&issuer=${name}`)
    const dark: string[] = []
    for (let y = 0; y < code.size; y += 1) {
      for (let x = 0; x < code.size; x += 1) if (code.get(x, y)) dark.push(`M${x + 4} ${y + 4}h1v1h-1z`)
    }
    const picture = page.getByRole('img', { name: 'The key of the authenticator as a QR code' })
    assert.equal(await picture.locator('path').getAttribute('d'), dark.join(''))
  },
)

test('a wrong code changes nothing; the first right one brings recovery codes, once', options, async () => {
  await sendCode('abcdef', 'A code of the new authenticator')
  await alert('This code is not right')
  await sendCode(nextCode().replace(/.../, '$& - '), 'A code of the new authenticator')
  await status('The authenticator is in force')
  const codes = page.getByRole('list', { name: 'Your recovery codes' }).getByRole('listitem')
  recoveryCodes = await textsOf(codes, 10)
  assert.equal(recoveryCodes.length, 10)
  await page.getByText('10 recovery codes left').waitFor()
  await click('I have kept them')
  await codes.first().waitFor({ state: 'detached' })
})

test('a sign-in asks for the code as its second step', options, async () => {
  await click('Sign out')
  await signIn(page, 'ada')
  await page.getByRole('heading', { name: 'Second step' }).waitFor()
  await page.locator('input[name=code]:focus').waitFor()
  await sendCode('000 000')
  await alert('This code is not right')
  await sendCode(nextCode())
  await page.getByRole('heading', { name: 'Security' }).waitFor()
})

test(
  'a recovery code does as well, and the second step is there in the other language',
  options,
  async () => {
    await click('Sign out')
    await signIn(page, 'ada')
    await click('中文')
    await page.getByRole('heading', { name: '第二步驟' }).waitFor()
    await page.getByLabel('驗證碼', { exact: true }).fill(recoveryCodes[0]?.toUpperCase() ?? '')
    await click('繼續')
    await page.getByText('還有 9 組復原碼').waitFor()
    await click('English')
  },
)

test(
  'what changes a factor asks for a fresh sign-in, and goes on after it without another click',
  options,
  async () => {
    await later()
    await click('Make new recovery codes')
    await page.getByText('are worth nothing any more').waitFor()
    await click('Make new ones')
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await dialog.getByLabel('Password').fill('not it')
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByLabel('Password').fill(password)
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByLabel('Code').fill(nextCode())
    await dialog.getByRole('button', { name: 'Continue' }).click()
    const codes = page.getByRole('list', { name: 'Your recovery codes' }).getByRole('listitem')
    assert.equal(new Set([...recoveryCodes, ...(await textsOf(codes, 10))]).size, 20)
    await click('I have kept them')
  },
)

test('who cancels that has changed nothing, and is told why', options, async () => {
  await later()
  await click('Remove the authenticator')
  await click('Remove it')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await alert('This needs a fresh sign-in.')
  await page.getByText('10 recovery codes left').waitFor()
})

test(
  'a browser that is remembered is not asked for a code, but for what needs both factors, until it is forgotten',
  options,
  async () => {
    await click('Sign out')
    await signIn(page, 'ada')
    await page.getByLabel('Do not ask for a code in this browser for 30 days').check()
    await sendCode(nextCode())
    await page.getByText('In 1 browser you are not asked for a code.').waitFor()
    await click('Sign out')
    await signIn(page, 'ada')
    await page.getByText('In 1 browser you are not asked for a code.').waitFor()
    await click('Make new recovery codes')
    await click('Make new ones')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Password').fill(password)
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByLabel('Code', { exact: true }).waitFor()
    assert.equal(await dialog.getByRole('checkbox').count(), 0)
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await click('Ask in every browser again')
    await click('Ask again')
    await status('Every browser asks for a code again.')
    await click('Sign out')
    await signIn(page, 'ada')
    await sendCode(nextCode())
    await page.getByText('recovery codes left').waitFor()
  },
)

test('an account that has to have a factor cannot lose it', options, async () => {
  await requireFactorOfType(opened.server.app, operator, 'customer', 0)
  await click('Sign out')
  await signIn(page, 'ada')
  await sendCode(nextCode())
  await click('Remove the authenticator')
  await click('Remove it')
  await alert('cannot be without a second factor')
})

test('an administrator resets it, once it was said what that means', options, async () => {
  await click('Sign out')
  await signIn(page, 'root')
  await page.getByRole('link', { name: 'People' }).click()
  await click('Reset the second factor of ada')
  await page.getByText('Every factor is removed, and every session ends.').waitFor()
  await click('Reset the second factor of ada now')
  await page
    .getByRole('button', { name: 'Reset the second factor of ada now' })
    .waitFor({ state: 'detached' })
  await click('Sign out')
})

test(
  'a sign-in without the factor that is required leads to setting one up, and then in',
  options,
  async () => {
    await signIn(page, 'ada')
    await page.getByRole('heading', { name: 'Your account needs a second factor' }).waitFor()
    authenticator = authenticatorOf({ world }, await shownKey())
    await sendCode('abcdef', 'A code of the new authenticator')
    await alert('This code is not right')
    await sendCode(nextCode(), 'A code of the new authenticator')
    await page.getByRole('heading', { name: 'Your recovery codes' }).waitFor()
    await click('I have kept them')
    await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'recovery' }).waitFor()
    await page.reload()
    await page.getByText('Signed in as ada').waitFor()
  },
)

test('all the while there was no error, and no breach of the policy', options, () => {
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})

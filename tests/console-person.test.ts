import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { updateUser } from '../packages/server/src/accounts/users/users.ts'
import { operator } from '../packages/server/src/identity.ts'
import { takeLetters } from '../packages/server/test/letters.ts'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, signIn } from './support/console.ts'

// What an administrator does on the page of a person who has lost what they sign in with.

let opened: OpenedConsole
let adaId: string
before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator', ada: 'customer' })
  const { app } = opened.server
  adaId = (await app.db.query<{ id: string }>("SELECT id FROM users WHERE username = 'ada'"))[0]?.id ?? ''
  await opened.page.goto(`${opened.issuer}/console`)
  await signIn(opened.page, 'admin')
  await opened.page.getByRole('link', { name: 'People' }).waitFor()
  await opened.page.goto(`${opened.issuer}/console#/people/${adaId}`)
  await opened.page.getByRole('heading', { name: 'ada', level: 1 }).waitFor()
})
after(() => opened?.close())

test('what two have changed at once is chosen by field', options, async () => {
  const { page, server } = opened
  const profile = page.getByRole('region', { name: 'Name and type' })
  await profile.getByLabel('Name').fill('Ada, mine')
  // Somebody else is faster, with the same field. What is typed stays, also over the next request of the page.
  await updateUser(server.app, operator, adaId, { displayName: 'Ada, theirs' })
  await page.locator('.facts').getByText('Ada, theirs').waitFor()
  assert.equal(await profile.getByLabel('Name').inputValue(), 'Ada, mine')
  await profile.getByRole('button', { name: 'Save' }).click()
  await profile.getByText('Somebody else has changed ada meanwhile.').waitFor()
  assert(await profile.getByLabel('as it is now: Ada, theirs').isChecked())
  assert.deepEqual(await axeFaults(page), [])
  await profile.getByLabel('mine: Ada, mine').check()
  await profile.getByRole('button', { name: 'Save what is chosen' }).click()
  await page.locator('.facts').getByText('Ada, mine').waitFor()
  await profile.getByText('Saved.').waitFor()
})

test('what the other one has not touched is kept, and nobody undoes the rest', options, async () => {
  const { page, server } = opened
  const profile = page.getByRole('region', { name: 'Name and type' })
  await profile.getByLabel('Name').fill('Ada L.')
  await updateUser(server.app, operator, adaId, { userType: 'administrator' })
  await profile.getByRole('button', { name: 'Save' }).click()
  assert(await profile.getByLabel('mine: Ada L.').isChecked())
  await profile.getByRole('button', { name: 'Save what is chosen' }).click()
  await page.locator('.facts').getByText('Ada L.').waitFor()
  await page.locator('.facts').getByText('administrator').waitFor()
  await updateUser(server.app, operator, adaId, { userType: 'customer', displayName: null })
  await page.locator('.facts').getByText('customer').waitFor()
})

test('no link is sent to an account without a confirmed address, and the page says so', options, async () => {
  const { page } = opened
  await page.getByText('There is no second factor.').waitFor()
  await page.getByRole('button', { name: 'Send a link for a new password' }).click()
  await page.getByText('This account has no confirmed address of mail.').waitFor()
})

test('an address is added, and counts once its owner has confirmed it', options, async () => {
  const { page, server } = opened
  await page.getByLabel('New address').fill('ada@example.com')
  await page.getByRole('button', { name: 'Add an address' }).click()
  await page.getByText('not confirmed yet').waitFor()
  const [letter = assert.fail()] = await takeLetters(server.app)
  const { status } = await server.app.edge.request(`/addresses/${letter.secret}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  })
  assert.equal(status, 200)
  await page.reload()
  await page.getByRole('cell', { name: 'primary', exact: true }).waitFor()
})

test(
  'a link for a new password is sent, and the password is taken away with the second press',
  options,
  async () => {
    const { page, server } = opened
    await page.getByRole('button', { name: 'Send a link for a new password' }).click()
    await page.getByText('The link is on its way.').waitFor()
    assert.deepEqual(
      (await takeLetters(server.app)).map(({ to, letter }) => [to, letter]),
      [['ada@example.com', 'recovery']],
    )
    const hash = async () =>
      (
        await server.app.db.query<{ password_hash: string | null }>(
          'SELECT password_hash FROM users WHERE id = $1',
          adaId,
        )
      )[0]?.password_hash
    await page.getByRole('button', { name: 'Take the password away' }).click()
    await page.getByText('The password of ada ends, and every session.').waitFor()
    assert.notEqual(await hash(), null)
    await page.getByRole('button', { name: 'Take it away now' }).click()
    await page.getByText('The password is gone, and a link is on its way.').waitFor()
    assert.equal(await hash(), null)
  },
)

test('an address is removed with the second press', options, async () => {
  const { page } = opened
  await page.getByRole('button', { name: 'Remove ada@example.com' }).click()
  await page.getByText('ada@example.com will not belong to this account any more.').waitFor()
  await page.getByRole('button', { name: 'Remove it now' }).click()
  await page.getByText('No address yet. Without one, no link can be sent to this person.').waitFor()
  assert.deepEqual(opened.faults, [])
})

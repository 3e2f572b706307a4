import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Page } from 'playwright-core'
import { addAttribute } from '../packages/server/src/accounts/attributes/attributes.ts'
import { registerApplication } from '../packages/server/src/applications/registered.ts'
import { createPartnerApp } from '../packages/server/src/apps/registered.ts'
import { operator } from '../packages/server/src/identity.ts'
import { createService } from '../packages/server/src/services/registered.ts'
import { createProvider } from '../packages/server/src/upstream/providers/providers.ts'
import { testWorld } from '../packages/server/test/app.ts'
import { eventually } from '../packages/server/test/second-app.ts'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, password, signIn } from './support/console.ts'

// Two administrators change the same thing. What the one has typed stays while the page asks again, which it does by itself, and is
// not saved over what the other one has done; and what is typed into a search stays while its choices come.

const world = testWorld()
let opened: OpenedConsole
let page: Page
let token: string | undefined
const ids: Record<'service' | 'application' | 'partner' | 'ada', string> = {
  ...{ service: '', application: '', partner: '', ada: '' },
}

before(async () => {
  if (options.skip !== false) return
  const people = { admin: 'administrator', other: 'administrator', ada: 'customer' }
  opened = await openConsole(people, world)
  const { app } = opened.server
  const audience = 'https://readings.example'
  ids.service = (await createService(app, operator, { name: 'readings', scopes: [], audience })).service.id
  const given = { name: 'Photos', type: 'web', redirectUris: ['https://photos.example/back'] } as const
  ids.application = (await registerApplication(app.applications.ground, operator, given)).application.id
  ids.partner = (await createPartnerApp(app.apps.ground, operator, { name: 'Chat', userType: 'customer' })).id
  await createProvider(app.upstream.ground, operator, {
    ...{ key: 'work', name: 'Employer', issuer: 'https://login.example', clientId: 'us', secret: 'a secret' },
    ...{ authentication: 'client_secret_basic', teamId: null, keyId: null, responseMode: 'query' },
    ...{ scopes: ['openid'], userType: 'customer', emailDomains: [], usernameClaim: 'preferred_username' },
    ...{ displayNameClaim: 'name', factorAmr: [], factorAcr: [] },
  })
  const rules = { person_may: 'change', is_required: false, is_searchable: true, bounds: {} } as const
  await addAttribute(app, operator, { key: 'room', label: 'Room', kind: 'text', ...rules })
  ids.ada = (await app.db.query<{ id: string }>("SELECT id FROM users WHERE username = 'ada'"))[0]?.id ?? ''
  page = opened.page
  await page.clock.install({ time: world.now() })
  await page.goto(`${opened.issuer}/console`)
  await signIn(page, 'admin')
  await page.getByRole('link', { name: 'People' }).waitFor()
})
after(() => opened?.close())
beforeEach(async () => {
  if (options.skip !== false) return
  token = undefined
  token = (await ask('POST', '/v1/login', { username: 'other', password })).access_token
})

/** So long passes that the page asks again. Its clock and that of the server go together, as its token has a time. */
async function later(): Promise<void> {
  world.advance(61_000)
  await page.clock.fastForward(61_000)
}

/** What the other administrator asks for. */
async function ask(method: string, path: string, body?: object) {
  const headers = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  }
  const answer = await fetch(opened.issuer + path, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  assert.ok(answer.ok, text)
  return text === '' ? undefined : JSON.parse(text)
}

interface Row {
  readonly at: () => string
  /** The part of the page. */
  readonly region: string
  readonly before?: () => Promise<unknown>
  /** The field by its name, what is typed into it, what the other one stores, and how that is shown. */
  readonly field: string
  readonly typed: string
  readonly theirs: () => Promise<unknown>
  readonly shown: string
  /** Where it is stored, and under what. */
  readonly stored: () => Promise<unknown>
  readonly saved: unknown
  /** Whether what was not seen is refused: of a rule the whole is stored, and of attributes what was changed. */
  readonly isRefused: boolean
}

const rows: Readonly<Record<string, Row>> = {
  'a service': {
    region: 'What it is',
    at: () => `services/${ids.service}`,
    field: 'input[name=name]',
    ...{ typed: 'mine', shown: 'theirs', saved: 'mine', isRefused: true },
    theirs: () => ask('PATCH', `/v1/services/${ids.service}`, { name: 'theirs' }),
    stored: async () => (await ask('GET', `/v1/services/${ids.service}`)).name,
  },
  'the tokens of a service': {
    region: 'What its tokens say',
    at: () => `services/${ids.service}`,
    field: 'input[name=life_seconds]',
    ...{ typed: '300', shown: '600', saved: 300, isRefused: true },
    theirs: async () => {
      const { profile } = await ask('GET', `/v1/services/${ids.service}`)
      await ask('PATCH', `/v1/services/${ids.service}`, { profile: { ...profile, life_seconds: 600 } })
    },
    stored: async () => (await ask('GET', `/v1/services/${ids.service}`)).profile.life_seconds,
  },
  'an application': {
    region: 'Settings',
    at: () => `applications/${ids.application}`,
    field: 'input[name=name]',
    ...{ typed: 'Mine', shown: 'Theirs', saved: 'Mine', isRefused: true },
    theirs: () => ask('PATCH', `/v1/applications/${ids.application}`, { name: 'Theirs' }),
    stored: async () => (await ask('GET', `/v1/applications/${ids.application}`)).name,
  },
  'a partner': {
    region: 'Its rules',
    at: () => `partners/${ids.partner}`,
    field: 'input[name=name]',
    ...{ typed: 'Mine', shown: 'Theirs', saved: 'Mine', isRefused: true },
    theirs: () => ask('PATCH', `/v1/apps/${ids.partner}`, { name: 'Theirs' }),
    stored: async () => (await ask('GET', `/v1/apps/${ids.partner}`)).name,
  },
  'a provider': {
    region: 'Its settings',
    at: () => 'providers/work',
    field: 'input[name=name]',
    ...{ typed: 'Mine', shown: 'Theirs', saved: 'Mine', isRefused: true },
    theirs: () => ask('PATCH', '/v1/providers/work', { name: 'Theirs' }),
    stored: async () => (await ask('GET', '/v1/providers/work')).name,
  },
  'a type of people': {
    region: 'One type',
    at: () => 'user-types',
    field: 'input[name=description]',
    ...{ typed: 'mine', shown: 'theirs', saved: 'mine', isRefused: true },
    theirs: () => ask('PATCH', '/v1/user-types/administrator', { description: 'theirs' }),
    stored: async () => (await administratorType()).description,
  },
  'how people of a type sign in': {
    region: 'One type',
    at: () => 'user-types',
    field: 'input[name=idle]',
    ...{ typed: '30', shown: '20', saved: 1_800, isRefused: false },
    theirs: () => ask('PATCH', '/v1/user-types/administrator/sign-in', { session_idle_seconds: 1_200 }),
    stored: async () => (await ask('GET', '/v1/user-types/administrator/sign-in')).session_idle_seconds,
  },
  'whether people of a type have a second factor': {
    region: 'One type',
    at: () => 'user-types',
    before: () => requireFactor(14),
    field: 'input[name=grace_days]',
    ...{ typed: '30', shown: '20', saved: 30, isRefused: false },
    theirs: () => requireFactor(20),
    stored: async () => (await ask('GET', '/v1/user-types/administrator/second-factor')).grace_days,
  },
  'the attributes of a person': {
    region: 'Details',
    at: () => `people/${ids.ada}`,
    field: 'input[name="attribute.room"]',
    ...{ typed: 'mine', shown: 'theirs', saved: 'mine', isRefused: false },
    theirs: () => ask('PATCH', `/v1/users/${ids.ada}/attributes`, { room: 'theirs' }),
    stored: async () => (await ask('GET', `/v1/users/${ids.ada}/attributes`)).items[0].value,
  },
}
/** Within the days of grace, an administrator goes on without one. */
const requireFactor = (grace_days: number) =>
  ask('PUT', '/v1/user-types/administrator/second-factor', { second_factor: 'required', grace_days })
const administratorType = async () =>
  (await ask('GET', '/v1/user-types')).items.find(({ name }: { name: string }) => name === 'administrator')

const meanwhile = 'Somebody else has changed this meanwhile.'
for (const [
  name,
  { at, before, region, field, typed, theirs, shown, stored, saved, isRefused },
] of Object.entries(rows)) {
  test(
    `what one has typed of ${name} stays when another has changed it, and is saved when they have seen that`,
    options,
    async () => {
      await before?.()
      await page.goto('about:blank')
      await page.goto(`${opened.issuer}/console#/${at()}`)
      const form = page.getByRole('region', { name: region }).locator('form', { has: page.locator(field) })
      await form.locator(field).fill(typed)
      await theirs()
      await later()
      const notice = page.getByRole('alert').filter({ hasText: meanwhile })
      await notice.waitFor()
      assert.equal(await form.locator(field).inputValue(), typed)
      assert.deepEqual(await axeFaults(page), [])
      if (isRefused) {
        await form.getByRole('button').click()
        await page.getByRole('alert').filter({ hasText: 'this was not done' }).waitFor()
        assert.equal(await form.locator(field).inputValue(), typed)
        assert.equal(String(await stored()), shown)
      }
      await notice.getByRole('button').click()
      await notice.waitFor({ state: 'detached' })
      assert.equal(await form.locator(field).inputValue(), shown)
      await form.locator(field).fill(typed)
      await form.getByRole('button').click()
      await eventually(async () => (await stored()) === saved)
      await later()
      assert.equal(await form.locator(field).inputValue(), typed)
    },
  )
}

test(
  'what is typed into a search stays while its choices come, and when there is one more',
  options,
  async () => {
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    for (const late of ['**/v1/user-types', '**/v1/attributes']) {
      await page.route(late, async (route) => {
        await held
        await route.continue()
      })
    }
    await page.goto('about:blank')
    await page.goto(`${opened.issuer}/console#/people?user_type=customer`)
    const search = page.getByRole('search')
    const [text, type] = [search.locator('input[name=text]'), search.locator('select[name=user_type]')]
    await text.fill('ad')
    answer()
    await search.locator('select[name=attribute]').waitFor()
    assert.deepEqual([await text.inputValue(), await type.inputValue()], ['ad', 'customer'])
    await type.selectOption('administrator')
    await ask('POST', '/v1/user-types', { name: 'clerk', description: '', permissions: [] })
    await later()
    await type.locator('option', { hasText: 'clerk' }).waitFor({ state: 'attached' })
    assert.deepEqual([await text.inputValue(), await type.inputValue()], ['ad', 'administrator'])
    await search.getByRole('button').click()
    await page.getByText('One person matches.').waitFor()
    await page.unrouteAll()
  },
)

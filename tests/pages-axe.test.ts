import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createSigner, generateKey, publicKeyOf, toJwk } from 'latchkey/token'
import type { BrowserContext, Page } from 'playwright-core'
import { addAttribute } from '../packages/server/src/accounts/attributes/attributes.ts'
import { requireFactorOfType } from '../packages/server/src/accounts/factors/administer.ts'
import { insertIdentity } from '../packages/server/src/accounts/identities/store.ts'
import { insertPasskey } from '../packages/server/src/accounts/passkeys/store.ts'
import { grant } from '../packages/server/src/accounts/permissions/grants.ts'
import { setSignInRule } from '../packages/server/src/accounts/user-types/sign-in-rule.ts'
import { createUserType } from '../packages/server/src/accounts/user-types/user-types.ts'
import { findUserByName } from '../packages/server/src/accounts/users/store.ts'
import { createUser, updateUser } from '../packages/server/src/accounts/users/users.ts'
import { archiveUntil } from '../packages/server/src/activity/archive/archive.ts'
import { dayMs } from '../packages/server/src/activity/archive/retention.ts'
import { runBackup } from '../packages/server/src/activity/backup/make.ts'
import { insertDamage } from '../packages/server/src/activity/consumers/store.ts'
import { saveSearch } from '../packages/server/src/activity/searches/searches.ts'
import { acknowledge, close } from '../packages/server/src/alarms/acknowledge.ts'
import { addAlarmSubjects, linkEvent } from '../packages/server/src/alarms/concerned/store.ts'
import { addRule } from '../packages/server/src/alarms/own-rules/own-rules.ts'
import { setRule } from '../packages/server/src/alarms/set-rule.ts'
import { addSilence } from '../packages/server/src/alarms/silences/silences.ts'
import { insertAlarm } from '../packages/server/src/alarms/store.ts'
import { revokeKeyOf } from '../packages/server/src/api-keys/end.ts'
import { createKeyFor } from '../packages/server/src/api-keys/make.ts'
import { registerApplication } from '../packages/server/src/applications/registered.ts'
import { registerItself } from '../packages/server/src/applications/registration/register.ts'
import { addSecret } from '../packages/server/src/applications/secrets.ts'
import { trustWorkload } from '../packages/server/src/applications/workloads/workloads.ts'
import { addAppKey, refreshKeysOfApp } from '../packages/server/src/apps/keys.ts'
import { linkPerson } from '../packages/server/src/apps/people/people.ts'
import { createPartnerApp } from '../packages/server/src/apps/registered.ts'
import { insertApproval } from '../packages/server/src/devices/approvals/store.ts'
import { registerDevice } from '../packages/server/src/devices/registration.ts'
import { upsertRelation } from '../packages/server/src/devices/relations/store.ts'
import { operator } from '../packages/server/src/identity.ts'
import { createService } from '../packages/server/src/services/registered.ts'
import { giveScope } from '../packages/server/src/services/scopes/scopes.ts'
import { rotateSharedKey } from '../packages/server/src/services/shared-keys/shared-keys.ts'
import { insertSession } from '../packages/server/src/sessions/store.ts'
import { createProvider } from '../packages/server/src/upstream/providers/providers.ts'
import { sendTest } from '../packages/server/src/webhooks/deliveries/deliveries.ts'
import { insertDeliveries } from '../packages/server/src/webhooks/deliveries/store.ts'
import { addWebhook, rotateSecret } from '../packages/server/src/webhooks/registered.ts'
import { placeApplication } from '../packages/server/test/applications.ts'
import { takeLetters } from '../packages/server/test/letters.ts'
import { axeFaults } from './support/axe.ts'
import { writeBusyLog } from './support/busy-log.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, password } from './support/console.ts'

// Every page by axe, in both themes and languages: on the screen of a telephone and of a desk by turns. Nothing may stand
// beside the screen. With LATCHKEY_TEST_PICTURES=directory each is also kept as a picture, for somebody to look at.

// Imported by a computed address, because the console is type-checked by a configuration of its own, with a browser's types.
const source = (file: string) => import(new URL(`../packages/console/src/${file}`, import.meta.url).href)
const { pages } = (await source('app/pages.ts')) as { readonly pages: readonly { readonly path: string }[] }

/** The words of a page, by which its buttons are found in each language. */
async function wordsOf(file: string, name = 'words') {
  const module = (await source(file)) as Readonly<Record<string, Record<'en' | 'zh-Hant', object>>>
  return (language: 'en' | 'zh-Hant', word: string, given?: unknown): string => {
    const said: unknown = Object.entries(module[name]?.[language] ?? {}).find(([key]) => key === word)?.[1]
    return typeof said === 'function' ? String(said(given)) : String(said)
  }
}
const words = {
  people: await wordsOf('pages/people/words.ts'),
  bulk: await wordsOf('pages/people/bulk-words.ts', 'bulkWords'),
  partner: await wordsOf('pages/partner/words.ts'),
  person: await wordsOf('pages/person/words.ts'),
  device: await wordsOf('pages/device/words.ts'),
  acting: await wordsOf('words/acting.ts', 'actingWords'),
  alarms: await wordsOf('words/alarms.ts', 'alarmWords'),
  rules: await wordsOf('pages/alarm-rules/words.ts'),
  activity: await wordsOf('pages/activity/words.ts'),
  webhook: await wordsOf('pages/webhook/words.ts'),
}

const pictures = process.env.LATCHKEY_TEST_PICTURES

const looks = [
  { locale: 'en-GB', colorScheme: 'light', width: 1280 },
  { locale: 'en-GB', colorScheme: 'dark', width: 390 },
  { locale: 'zh-TW', colorScheme: 'light', width: 390 },
  { locale: 'zh-TW', colorScheme: 'dark', width: 1280 },
] as const

let opened: OpenedConsole
let uid: string
let personId: string
let serviceId: string
let partnerId: string
let webhookId: string
let applicationId: string
before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator' })
  const { app } = opened.server
  await createUserType(app, operator, { name: 'staff', description: 'works here', permissions: [] })
  await requireFactorOfType(app, operator, 'staff', 0)
  const hash = await app.passwords.hash(password, [])
  await app.jobs.runNow(1_000)
  await app.db.transaction((tx) =>
    tx.query(
      `INSERT INTO sinks (name, kind, address, format, seen_at, failing_since, last_error, stalled_at)
       VALUES ('siem', 'syslog', 'syslog+tls://logs.example:6514', 'ecs', 0, 1, 'ECONNREFUSED', 2)`,
    ),
  )
  const linus = await createUser(app, operator, { username: 'linus', userType: 'staff' }, hash)
  personId = linus.id
  for (const username of ['linus', 'admin']) await givePasskey(username)
  const profile = { name: 'influxdb1', claims: [{ name: 'username', value: '{subject}' }] } as const
  const knownScopes = ['pages:read', 'devices:view']
  const service = { name: 'pages', scopes: [], audience: 'https://pages.example', knownScopes, profile }
  serviceId = (await createService(app, operator, service)).service.id
  await giveScope(app, operator, serviceId, 'pages:read', { kind: 'user_type', name: 'staff' })
  await rotateSharedKey(app, operator, serviceId, {})
  await rotateSharedKey(app, operator, serviceId, { startsInSeconds: 600 })
  partnerId = await partner(linus.id)
  await provider(linus.id)
  await alarms(linus.id)
  webhookId = await webhook()
  applicationId = await application()
  await setSignInRule(app, operator, 'customer', { selfRegistration: true })
  const mayHaveKeys = { kind: 'grant', permission: 'api-keys:write', reason: 'has a script' } as const
  await grant(app, operator, linus.id, { ...mayHaveKeys, until: null })
  for (const username of ['linus', 'admin']) await giveApiKeys(username)
  const key = { ...toJwk(publicKeyOf(generateKey('ES256'))) }
  uid = (await registerDevice(app, operator, { name: 'Hall lamp', product: 'lamp', key })).uid
  await shareWithLinus()
  await askByAgent()
  await writeBusyLog(app, linus.id)
  await archiveAndBackUp(app)
  // What strangers are asked for, and whoever invites somebody.
  const asked = { person_may: 'change', is_required: true, is_searchable: true } as const
  const teams = { allowed: ['red', 'blue'] }
  await addAttribute(app, operator, { key: 'team', label: 'Team', kind: 'text', bounds: teams, ...asked })
  const floors = { least: -2, most: 9 }
  await addAttribute(app, operator, {
    key: 'floor',
    label: 'Floor',
    kind: 'number',
    bounds: floors,
    ...asked,
  })
})
after(() => opened?.close())

/** Alarms in every state, one of many, and a silence. */
async function alarms(userId: string): Promise<void> {
  const { app } = opened.server
  const now = app.world.now()
  const travel = { from: 'DE', to: 'JP', distance_km: 9061, least_km: 6561, minutes: 60, speed_kmh: 6561 }
  const row = {
    severity: 'high',
    subject_kind: 'user',
    facts: null,
    opened_at: now - 90_000,
    last_at: now,
  } as const
  const more = { ...row, times: 12, subjects: 1, holds_until: null, tell_at: null }
  await app.db.transaction(async (tx) => {
    const facts = JSON.stringify(travel)
    await insertAlarm(tx, { ...more, id: 'alm_1', rule: 'impossible_travel', subject: userId, facts })
    await linkEvent(tx, 'alm_1', `evt_${'0'.repeat(26)}`, 9)
    await insertAlarm(tx, {
      ...more,
      id: 'alm_2',
      rule: 'device_offline',
      subject: '',
      severity: 'low',
      subjects: 2_800,
    })
    await addAlarmSubjects(tx, 'alm_2', ['B4T0QW2K7VNE5', 'B4T0QW2K7VNE6'], now)
    await insertAlarm(tx, {
      ...more,
      id: 'alm_3',
      rule: 'credential_stuffing',
      subject: '203.0.113.77',
      severity: 'critical',
    })
    await insertAlarm(tx, { ...more, id: 'alm_4', rule: 'new_country', subject: userId, severity: 'medium' })
  })
  await acknowledge(app, operator, 'alm_3')
  await close(app, operator, 'alm_4')
  await setRule(app, operator, 'device_offline', { isOn: true, products: ['lamp'] })
  const silence = { rule: 'device_offline', reason: 'the hall is rewired', endsAt: now + 3_600_000 }
  await addSilence(app, operator, silence)
}

/** A webhook with two secrets and deliveries in every state. */
async function webhook(): Promise<string> {
  const { ground } = opened.server.app.webhooks
  const given = {
    name: 'pager',
    url: 'https://10.0.0.1/hooks/of-the-pager',
    events: ['alarm.notice', 'user.*'],
  }
  const { webhook } = await addWebhook(ground, operator, given)
  await rotateSecret(ground, operator, webhook.id)
  await sendTest(ground, operator, webhook.id)
  const now = ground.world.now()
  const row = {
    webhook: webhook.id,
    type: 'alarm.notice',
    subject: '',
    also: null,
    body: '{}',
    created_at: now,
  } as const
  await ground.db.transaction((tx) =>
    insertDeliveries(tx, [
      { ...row, id: 'msg_zz1', state: 'delivered', attempts: 1, next_at: now, until_at: now },
      {
        ...row,
        id: 'msg_zz2',
        state: 'waiting',
        attempts: 3,
        next_at: now + 600_000,
        until_at: now + 9_000_000,
      },
    ]),
  )
  return webhook.id
}

/** A partner with a key, a set that cannot be read, and a person. */
async function partner(userId: string): Promise<string> {
  const { ground } = opened.server.app.apps
  const { id } = await createPartnerApp(ground, operator, {
    ...{ name: 'Chat of the neighbours', userType: 'customer', jwksUri: 'https://127.0.0.1/keys' },
  })
  const key = { ...toJwk(publicKeyOf(generateKey('ES256'))) }
  await addAppKey(ground, operator, id, { kid: '2026-11', algorithm: 'ES256', key })
  await refreshKeysOfApp(ground, operator, id)
  await linkPerson(ground, operator, id, { sub: 'linus@chat', userId })
  return id
}

/** An application with two secrets that may leave PKCE out. */
async function application(): Promise<string> {
  const { ground } = opened.server.app.applications
  const { application } = await registerApplication(ground, operator, {
    ...{ name: 'Photos', type: 'web', scopes: ['openid', 'profile', 'email', 'offline_access'] },
    redirectUris: ['https://photos.example/callback', 'https://photos.example/silent-renewal/callback'],
    requiresPkce: false,
  })
  await addSecret(ground, operator, application.id)
  await registerApplication(ground, operator, {
    ...{ name: 'Photos on the telephone', type: 'native', redirectUris: ['com.example.photos:/callback'] },
  })
  for (const client of [application.id, serviceId]) {
    const subject = 'repo:octo/photos:ref:refs/heads/*'
    await trustWorkload(ground, operator, client, { issuer: 'https://builds.example', subject })
  }
  for (const port of [51_004, 51_090]) {
    const given = { client_name: 'Coder', redirect_uris: [`http://127.0.0.1:${port}/callback`] }
    const rules = { ...ground.rules, registration: 'open' } as const
    await registerItself({ ...ground, rules }, given, { token: undefined, client: { address: '192.0.2.7' } })
  }
  return application.id
}

/** A provider, and what it calls two people. */
async function provider(userId: string): Promise<void> {
  const { app } = opened.server
  const issuer = 'https://login.employer.example'
  await createProvider(app.upstream.ground, operator, {
    ...{ key: 'work', name: 'Employer', issuer, clientId: 'latchkey', secret: 'a secret' },
    ...{ authentication: 'client_secret_basic', teamId: null, keyId: null, responseMode: 'query' },
    ...{ scopes: ['openid', 'email', 'profile'], userType: 'customer', emailDomains: ['employer.example'] },
    ...{ usernameClaim: 'preferred_username', displayNameClaim: 'name', factorAmr: ['mfa'], factorAcr: [] },
  })
  const admin = await findUserByName(app.db, 'admin')
  for (const [at, id] of [userId, admin?.id ?? ''].entries()) {
    await app.db.transaction((tx) =>
      insertIdentity(tx, {
        ...{
          id: `idn_${at}`,
          issuer,
          subject: `subject ${at}`,
          user_id: id,
          label: 'linus@employer.example',
        },
        ...{ created_at: app.world.now(), last_used_at: null },
      }),
    )
  }
}

/** Events of which some are in the archive, and a backup. */
async function archiveAndBackUp(app: OpenedConsole['server']['app']): Promise<void> {
  await app.proof.ground.sequencer.settle()
  await archiveUntil(app, app.world.now() + 2 * dayMs)
  const query = { event: 'user.sign_in', outcome: 'refused' }
  await saveSearch(app, operator, { name: 'Refused sign-ins', query, shared: true })
  await addRule(app, operator, {
    ...{
      name: 'own.commands',
      title: 'Many commands',
      events: ['device.command'],
      outcomes: [],
      reasons: [],
    },
    ...{
      groupBy: 'subject',
      threshold: 100,
      windowSeconds: 300,
      severity: 'medium',
      isOn: true,
      sendsMail: true,
    },
  })
  await app.db.transaction((tx) =>
    insertDamage(tx, {
      ...{ segment: '2026-10-29/sign_ins/4096', consumer: 'statistics', segment_id: 32_770 },
      ...{ first: 4096, until: 8192, says: 'is not what was written', found_at: app.world.now() },
    }),
  )
  const to = mkdtempSync(join(tmpdir(), 'latchkey-pages-'))
  await runBackup(app.backups.ground, operator, { to })
  rmSync(to, { recursive: true })
}

function idOn(path: string): string {
  if (path.startsWith('/partners')) return partnerId
  if (path.startsWith('/webhooks')) return webhookId
  if (path.startsWith('/applications')) return applicationId
  return path.startsWith('/services') ? serviceId : personId
}

for (const look of looks) {
  const { locale, colorScheme, width } = look
  const name = `${locale}, ${colorScheme}, ${width} pixels`

  test(`the pages of the server hold: ${name}`, options, async () => {
    const context = await contextOf(look)
    const page = await context.newPage()
    for (const path of [
      '/sign-in',
      '/sign-up',
      await signUpLink(),
      '/recover',
      '/recover/lk_recover_x',
      '/invitations/lk_invite_x',
      '/sign-in/with/nowhere',
      '/sign-in/back/work?error=access_denied',
      // By far the longest page, and in English alone.
      ...(locale === 'en-GB' ? ['/docs'] : []),
    ]) {
      await page.goto(opened.issuer + path)
      await holds(page, path, name)
    }
    await page.goto(`${opened.issuer}/debugger`)
    await page.locator('.panels').waitFor()
    await holds(page, '/debugger', name)
    await page.locator('#token').fill(`Bearer ${tokenOfLinus()}=`)
    await page.locator('ol.findings').waitFor()
    await holds(page, '/debugger, a broken token', name)
    await page.goto(`${opened.issuer}/sign-in`)
    await fillIn(page, 'linus', 'not their password at all')
    await page.getByRole('alert').waitFor()
    await holds(page, '/sign-in, refused', name)
    await fillIn(page, 'linus')
    await page.locator('svg.qr').waitFor()
    await holds(page, '/sign-in/factor', name)
    await context.close()
  })

  test(`the pages of the console hold: ${name}`, options, async () => {
    const context = await contextOf(look)
    const page = await context.newPage()
    await page.goto(`${opened.issuer}/console`)
    await page.locator('input[name=password]').waitFor()
    await holds(page, 'console, sign-in', name)
    await fillIn(page, 'admin')
    await page.locator('nav a').first().waitFor()
    for (const { path } of pages) {
      const address = path.replace('{uid}', uid).replace('{id}', idOn(path)).replace('{key}', 'work')
      await page.goto(`${opened.issuer}/console#${address}`)
      await page.locator('main h1').waitFor()
      await page.waitForLoadState('networkidle').catch(() => undefined)
      await holds(page, `console${path}`, name)
    }
    for (const address of ['/overview?range=7d', '/activity?subject=linus&event=user.sign_in']) {
      await page.goto(`${opened.issuer}/console#${address}`)
      await page.locator('.chart').first().waitFor()
      await page.locator('.chart summary').first().click()
      await holds(page, `console${address}`, name)
    }
    const say = (key: string) => words.partner(locale === 'en-GB' ? 'en' : 'zh-Hant', key)
    await page.goto(`${opened.issuer}/console#/partners/${partnerId}`)
    await page.getByLabel(say('assertion'), { exact: true }).fill('a.b.c')
    await page.getByRole('button', { name: say('testNow'), exact: true }).click()
    await page.locator('ol li').nth(7).waitFor()
    await page.getByRole('button', { name: say('end'), exact: true }).click()
    await holds(page, 'partner, tested', name)
    await context.close()
  })

  test(`what opens on the pages of the console holds: ${name}`, options, async () => {
    const context = await contextOf(look)
    const page = await context.newPage()
    const language = locale === 'en-GB' ? 'en' : 'zh-Hant'
    const press = (button: string) => page.getByRole('button', { name: button, exact: true }).click()
    const opens = async (hash: string) => {
      await page.goto(`${opened.issuer}/console#${hash}`)
      await page.waitForLoadState('networkidle').catch(() => undefined)
    }
    await opens('/people')
    await fillIn(page, 'admin')
    await page.getByLabel(words.bulk(language, 'chooseWhom', 'linus')).check()
    await page.locator('select[name=action]').selectOption('end_sessions')
    await holds(page, 'people, chosen', name)
    await press(words.bulk(language, 'go'))
    await holds(page, 'people, asked', name)
    await press(words.bulk(language, 'now', 1))
    await page.getByRole('region', { name: words.bulk(language, 'report') }).waitFor()
    await holds(page, 'people, report', name)
    await press(words.people(language, 'disableWhom', 'linus'))
    await holds(page, 'people, disable', name)
    await page.getByLabel(words.people(language, 'userTypeOf', 'linus')).selectOption('customer')
    await holds(page, 'people, another type', name)

    await opens(`/people/${personId}`)
    await press(words.person(language, 'takePassword'))
    await press(words.person(language, 'delete'))
    await page.locator('input[name=grace_days]').waitFor()
    await holds(page, 'person, asked', name)
    const profile = page.getByRole('region', { name: words.person(language, 'profile') })
    await profile.locator('input[name=display_name]').fill('Linus, mine')
    await updateUser(opened.server.app, operator, personId, { displayName: `Theirs ${locale} ${width}` })
    await profile.getByRole('button', { name: words.person(language, 'saveProfile') }).click()
    await profile.getByRole('alert').waitFor()
    await holds(page, 'person, conflict', name)

    await opens('/alarms?state=any&alarm=alm_1')
    await page.locator('input[name=hours]').waitFor()
    await holds(page, 'alarms, one of travel', name)
    await opens('/alarms?state=any&alarm=alm_2')
    await page.locator('input[name=hours]').waitFor()
    await holds(page, 'alarms, one of many', name)
    await opens('/alarms/rules')
    await press(words.rules(language, 'editWhat', words.alarms(language, 'device_offline')))
    await page.locator('input[name=products]').waitFor()
    await holds(page, 'rules of alarms, edited', name)
    await opens('/alarms')
    await opens('/alarms/rules')
    await press(words.rules(language, 'addRule'))
    await page.locator('input[name=reasons]').waitFor()
    await holds(page, 'rules of alarms, one of one’s own', name)
    await opens('/activity?event=user.sign_in&outcome=success')
    await page.locator('table a[href*="show=evt_"]').first().click()
    await page.locator('.facts a[href^="#/people/"]').first().waitFor()
    await page.locator('summary', { hasText: words.activity(language, 'savedSearches') }).click()
    await press(words.activity(language, 'renameWhat', 'Refused sign-ins'))
    await page.locator('input[name=other]').waitFor()
    await holds(page, 'activity, one event', name)
    await opens(`/webhooks/${webhookId}`)
    await press(words.webhook(language, 'test'))
    await page.getByText(words.webhook(language, 'testFailed', 'address_not_allowed')).waitFor()
    await press(words.webhook(language, 'rotate'))
    await press(words.webhook(language, 'rotateNow'))
    await page.getByText('whsec_').waitFor()
    await holds(page, 'webhook, a new secret', name)

    await opens(`/devices/${uid}`)
    await press(words.device(language, 'stopSharingWith', 'linus'))
    await holds(page, 'device, asked', name)

    await opens(`/people/${personId}`)
    await page.locator('input[name=reason]').first().fill('to see what they see')
    await press(words.acting(language, 'actAs'))
    await page.locator('.acting').waitFor()
    await page.waitForLoadState('networkidle').catch(() => undefined)
    await holds(page, 'acting', name)
    await context.close()
  })
}

/** One that was made without a prompt, so that the password is enough to sign in. */
/** One that was used and is in force, and one that was revoked. */
async function giveApiKeys(username: string): Promise<void> {
  const { app } = opened.server
  const { ground, uses } = app.apiKeys
  const owner = (await findUserByName(app.db, username))?.id ?? ''
  const given = { name: 'nightly report', scopes: ['api-keys:write'] }
  const { row } = await createKeyFor(ground, operator, owner, given)
  const { key } = await createKeyFor(ground, operator, owner, { ...given, name: 'a script at home' })
  await revokeKeyOf(ground, operator, owner, row.id)
  await fetch(`${opened.issuer}/v1/me`, { headers: { authorization: `Bearer ${key}` } })
  await uses.flush()
}

async function givePasskey(username: string): Promise<void> {
  const { db, world } = opened.server.app
  const user = await findUserByName(db, username)
  await db.transaction((tx) =>
    insertPasskey(tx, {
      ...{ id: `pk_${username}`, user_id: user?.id ?? '', credential_id: username, algorithm: 'ES256' },
      ...{ public_key: '{}', rp_id: 'localhost', sign_count: 0, transports: '', name: 'Passkey' },
      ...{ is_backup_eligible: 1, is_backed_up: 1, is_factor: 0, last_used_at: null },
      ...{ aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd', created_at: world.now() },
    }),
  )
}

/** The lamp is the administrator's. */
/** A command that an agent waits for, and one that nobody has decided in time. */
async function askByAgent(): Promise<void> {
  const { app } = opened.server
  const { id: application } = await placeApplication(opened.server, { name: 'Butler', type: 'agent' })
  const userId = (await findUserByName(app.db, 'admin'))?.id ?? ''
  const now = app.world.now()
  await app.db.transaction(async (tx) => {
    await insertSession(tx, {
      ...{ id: 'ses_agent', user_id: userId, client_id: application, created_at: now, last_used_at: now },
      ...{ address: '192.0.2.7', region: null, user_agent: null, amr: [], ended_at: null, end_reason: null },
      ...{ acted_by: null, acted_by_session: null, ends_at: null, within_session: null, by_application: 1 },
    })
    for (const [id, ageMs] of [
      ['apv_1', 3_600_000],
      ['apv_2', 0],
    ] as const) {
      await insertApproval(tx, {
        ...{ id, user_id: userId, session_id: 'ses_agent', application, uid, method: 'unlock' },
        ...{ payload: '{"for":"the parcel"}', address: '192.0.2.7', region: 'TW', user_agent: 'butler/1' },
        ...{ created_at: now - ageMs, expires_at: now - ageMs + 1_800_000 },
      })
    }
  })
}

async function shareWithLinus(): Promise<void> {
  const { db } = opened.server.app
  const admin = await findUserByName(db, 'admin')
  const row = { uid, granted_by: admin?.id ?? '', created_at: 1, until: null }
  await db.transaction(async (tx) => {
    await upsertRelation(tx, { ...row, subject: admin?.id ?? '', relation: 'owner' })
    await upsertRelation(tx, { ...row, subject: personId, relation: 'viewer' })
  })
}

/** Few letters go to one address. */
let linked = 0

/** The page behind a link that was mailed. */
async function signUpLink(): Promise<string> {
  const { app } = opened.server
  linked += 1
  const body = JSON.stringify({ address: `new${linked}@example.com` })
  const headers = { 'content-type': 'application/json' }
  await app.edge.request('/v1/registrations', { method: 'POST', headers, body })
  await app.jobs.runNow(1_000)
  const [letter] = await takeLetters(app)
  return `/sign-up/${letter?.secret}`
}

/** One that anybody may have made: it is read, and its signature is of no key of the server. */
function tokenOfLinus(): string {
  return createSigner({ key: generateKey('ES256'), expiresIn: 300 })({ sub: 'linus', scope: 'devices:read' })
}

async function contextOf({ locale, colorScheme, width }: (typeof looks)[number]): Promise<BrowserContext> {
  const browser = opened.context.browser() ?? assert.fail('a persistent context has no browser')
  const viewport = { width, height: 800 }
  const context = await browser.newContext({ locale, colorScheme, viewport, reducedMotion: 'reduce' })
  context.setDefaultTimeout(30_000)
  return context
}

async function fillIn(page: Page, username: string, given = password): Promise<void> {
  await page.locator('input[name=username]').fill(username)
  await page.locator('input[name=password]').fill(given)
  await page.locator('main form button').first().click()
}

async function holds(page: Page, path: string, name: string): Promise<void> {
  // A page that is still being loaded has no heading yet.
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  if (pictures !== undefined) {
    mkdirSync(pictures, { recursive: true })
    const file = `${path.replace(/lk_register_.*/, 'link')} ${name}`
      .replaceAll(/[^\w]+/g, '-')
      .replace(/^-/, '')
    await page.screenshot({ path: join(pictures, `${file}.png`), fullPage: true })
  }
  assert.deepEqual(await axeFaults(page), [], path)
  const beside = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  assert.ok(beside <= 0, `${path} is ${beside} pixels wider than the screen`)
}

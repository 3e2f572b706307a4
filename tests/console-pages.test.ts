import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { inChromium as options } from './support/chromium.ts'
import { allow, type OpenedConsole, openConsole, signIn } from './support/console.ts'

// Each page of the console's list by its definition: who finds it and who is refused, in both languages, and that its
// script is loaded when the page is opened, not before.

/** `PageDefinition`, as far as it is used here. */
interface Definition {
  readonly path: string
  readonly title: Readonly<Record<'en' | 'zh-Hant', string>>
  readonly permission: readonly string[] | 'everybody'
  readonly load: () => unknown
}

// Imported by a computed address, because the console is type-checked by a configuration of its own, with a browser's types.
const list = new URL('../packages/console/src/app/pages.ts', import.meta.url).href
const { pages } = (await import(list)) as { readonly pages: readonly Definition[] }
const isBelow = (path: string) => path.lastIndexOf('/') > 0
const listed = pages.filter(({ path }) => !isBelow(path))
/** Permissions that each open the page; of one for everybody, some other. */
const openedBy = ({ permission }: Definition) => (permission === 'everybody' ? ['keys:write'] : permission)

let opened: OpenedConsole
let page: Page
/** The sources of every script that the page has loaded since it was opened. */
let loaded: string[]

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ ada: 'customer' })
  page = opened.page
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (pathname.endsWith('.js')) loaded.push(pathname)
  })
})

after(() => opened?.close())

for (const definition of pages) {
  const { path, title } = definition
  const name = isBelow(path) ? `${path}, which another page leads to,` : path

  test(`${name} is opened with its permission, and its script is loaded then`, options, async () => {
    for (const one of openedBy(definition)) {
      await openAt('#/nowhere', [one])
      await page.getByRole('heading', { name: 'No such page' }).waitFor()
      assert.deepEqual(await titlesInNavigation(), titlesWith(one, 'en'))
      assert.equal(await hasLoaded(definition), false)
      await page.goto(`${opened.issuer}/console?lang=en#${addressOf(path)}`)
      await windowTitled(`${title.en} · Latchkey`)
      await page.locator('main h1').waitFor()
      assert.equal(await hasLoaded(definition), true)
      for (const other of pages.filter((other) => other !== definition))
        assert.equal(await hasLoaded(other), false, `${other.path} is loaded with ${path}`)
      await page.getByRole('button', { name: '中文' }).click()
      await windowTitled(`${title['zh-Hant']} · Latchkey`)
      assert.deepEqual(await titlesInNavigation(), titlesWith(one, 'zh-Hant'))
    }
  })

  if (definition.permission === 'everybody') continue
  test(`${name} is not found and not opened without its permission`, options, async () => {
    await openAt(`#${addressOf(path)}`, ['keys:write'])
    await page.getByRole('heading', { name: 'No permission', level: 1 }).waitFor()
    const content = page.getByRole('main')
    await content.getByText(`Your account may not open the page “${title.en}”.`).waitFor()
    assert.deepEqual(await content.locator('code').allTextContents(), definition.permission)
    assert.deepEqual(await titlesInNavigation(), titlesWith('keys:write', 'en'))
    assert.equal(await hasLoaded(definition), false)
    await page.getByRole('button', { name: '中文' }).click()
    await content.getByText(`「${title['zh-Hant']}」`).waitFor()
  })
}

test('without an address, the first page that the person may open is shown', options, async () => {
  for (const definition of listed) {
    const { title } = definition
    const [permission = ''] = openedBy(definition)
    await openAt('', [permission])
    const [first = assert.fail()] = titlesWith(permission, 'en')
    await page.getByRole('heading', { name: first, level: 1 }).waitFor()
    const link = page.getByRole('navigation').getByRole('link', { name: first })
    assert.equal(await link.getAttribute('aria-current'), 'page', title.en)
  }
})

test(
  'a language that was chosen stays, at every address that is opened in this browser',
  options,
  async () => {
    await openAt('#/devices', ['devices:view', 'activity:read'])
    await page.getByRole('button', { name: '中文' }).click()
    await page.getByRole('heading', { name: '裝置', level: 1 }).waitFor()
    // As a link from elsewhere, a bookmark, and another tab.
    await page.goto('about:blank')
    await page.goto(`${opened.issuer}/console#/activity`)
    await page.getByRole('heading', { name: '活動紀錄', level: 1 }).waitFor()
    const tab = await opened.context.newPage()
    await tab.goto(`${opened.issuer}/console`)
    await tab.getByRole('heading', { name: '總覽', level: 1 }).waitFor()
    await tab.close()
    // An address may ask for the other, without choosing it.
    await page.goto(`${opened.issuer}/console?lang=en#/activity`)
    await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
    await page.goto(`${opened.issuer}/console#/devices`)
    await page.getByRole('heading', { name: '裝置', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'English' }).click()
    await page.goto('about:blank')
    await page.goto(`${opened.issuer}/console#/devices`)
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
  },
)

test('a page below one of the navigation marks that one', options, async () => {
  await openAt('#/devices/d_1', ['devices:view'])
  await page.getByRole('heading', { name: 'd_1' }).waitFor()
  const link = page.getByRole('navigation').getByRole('link', { name: 'Devices' })
  assert.equal(await link.getAttribute('aria-current'), 'true')
})

test('with the keyboard alone one gets past the navigation, and to another page', options, async () => {
  await openAt('#/activity', ['devices:view', 'activity:read'])
  await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
  const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent')
  await page.reload()
  await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'Skip to the content')
  await page.keyboard.press('Enter')
  assert.equal(await focused(), 'content')
  assert.match(page.url(), /#\/activity$/)
  const titles = ['My account', 'Background work', 'Backups', 'Sign-ins', 'Alarms', 'Activity', 'Devices']
  for (const title of titles) {
    await page.keyboard.press('Shift+Tab')
    assert.equal(await focused(), title)
  }
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
  assert.equal(await focused(), 'content')
})

test(
  'a page that was opened before is shown at once, and its script is not requested again',
  options,
  async () => {
    await openAt('#/devices', ['devices:view', 'activity:read'])
    const navigation = page.getByRole('navigation')
    for (const name of ['Activity', 'Devices', 'Activity']) {
      await navigation.getByRole('link', { name }).click()
      await page.getByRole('heading', { name, level: 1 }).waitFor()
    }
    assert.equal(new Set(loaded).size, loaded.length)
  },
)

test('a script that cannot be loaded is told, with a way to load the console again', options, async () => {
  await openAt('#/activity', ['devices:view', 'activity:read'])
  await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor()
  const faults = opened.faults.length
  await page.route('**/console/page-*.js', (route) => route.fulfill({ status: 404 }))
  await page.getByRole('link', { name: 'Devices' }).click()
  await page.getByRole('alert').getByText('This page could not be loaded.').waitFor()
  await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor()
  await page.unroute('**/console/page-*.js')
  opened.faults.length = faults
  await page.getByRole('button', { name: 'Load again' }).click()
  await page.getByText('No devices yet.').waitFor()
})

test('all the while there was no error, and no breach of the policy', options, () => {
  assert.deepEqual(opened.faults, [])
  assert.deepEqual(opened.log.errors, [])
})

/** A new session with these permissions, at this address, by a page that has loaded nothing yet. */
async function openAt(hash: string, permissions: readonly string[]): Promise<void> {
  await allow(opened, ...permissions)
  await opened.context.clearCookies()
  await page.goto('about:blank')
  loaded = []
  // A language that was chosen before stays chosen.
  await page.goto(`${opened.issuer}/console?lang=en${hash}`)
  await signIn(page, 'ada')
  await page.getByRole('navigation').waitFor({ state: 'attached' })
}

/** Asked at every frame within the page, because Playwright waits for visible text only. */
async function windowTitled(title: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const look = () => (document.title === ${JSON.stringify(title)} ? resolve() : requestAnimationFrame(look))
    look()
  })`)
}

function titlesInNavigation(): Promise<string[]> {
  return page.getByRole('navigation').getByRole('link').allTextContents()
}

function titlesWith(permission: string, language: 'en' | 'zh-Hant'): string[] {
  return listed
    .filter((one) => one.permission === 'everybody' || one.permission.includes(permission))
    .map(({ title }) => title[language])
}

const addressOf = (path: string) => path.replaceAll(/\{\w+\}/g, 'x')

/** By the source maps of what was loaded, which name the sources. */
async function hasLoaded({ load }: Definition): Promise<boolean> {
  const [, source = assert.fail()] = /import\('\.\.\/(pages\/[\w-]+\/page\.tsx)'\)/.exec(String(load)) ?? []
  const sources = await Promise.all([...new Set(loaded)].map(sourcesOf))
  return sources.flat().some((name) => name.endsWith(`/${source}`))
}

/** A script's name changes with its content, so its sources stay what they were. */
const known = new Map<string, Promise<string[]>>()

function sourcesOf(path: string): Promise<string[]> {
  const sources =
    known.get(path) ??
    fetch(`${opened.issuer}${path}.map`)
      .then((response) => response.json() as Promise<{ sources: string[] }>)
      .then((map) => map.sources)
  known.set(path, sources)
  return sources
}

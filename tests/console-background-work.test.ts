import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { axeFaults } from './support/axe.ts'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, signIn } from './support/console.ts'

// What the server does unasked, as an operator sees it: each job and how it went, run now, and where the log is sent.

let opened: OpenedConsole
let page: Page
before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator' })
  page = opened.page
  await page.goto(`${opened.issuer}/console#/background-work`)
  await signIn(page, 'admin')
  await page.getByRole('heading', { name: 'Background work', level: 1 }).waitFor()
})
after(async () => {
  if (options.skip !== false) return
  assert.deepEqual(opened.faults, [])
  await opened.close()
})

const region = (name: string) => page.getByRole('region', { name, exact: true })

test('the jobs are listed with who runs them, and one is run now', options, async () => {
  await region('Sinks of the log').getByText('The log is sent nowhere.').waitFor()
  const answered = page.waitForResponse((response) => response.url().endsWith('/v1/jobs/rights.sweep/run'))
  await page.getByRole('button', { name: 'Run now: rights.sweep' }).click()
  await answered
  await page.getByRole('status').getByText('rights.sweep has run.').waitFor()
  const row = region('Jobs').getByRole('row').filter({ hasText: 'rights.sweep' })
  await row.getByText('fine').waitFor()
  assert.ok((await row.innerText()).includes(`${process.pid}`))
  assert.deepEqual(await axeFaults(page), [])
})

test('a job that fails stands first, with why', options, async () => {
  const { db } = opened.server.app
  await db.transaction((tx) => tx.query('ALTER TABLE right_changes RENAME TO right_changes_away'))
  const answered = page.waitForResponse((response) => response.url().endsWith('/v1/jobs/rights.sweep/run'))
  await page.getByRole('button', { name: 'Run now: rights.sweep' }).click()
  await answered
  await page.getByRole('status').getByText('rights.sweep has run, and failed.').waitFor()
  await db.transaction((tx) => tx.query('ALTER TABLE right_changes_away RENAME TO right_changes'))
  const first = region('Jobs').getByRole('row').nth(1)
  await first.getByText('rights.sweep', { exact: true }).waitFor()
  await first.getByText('failed: ').waitFor()
})

test('a sink that has stalled is shown with why, and how far behind it is', options, async () => {
  await opened.server.app.db.transaction((tx) =>
    tx.query(
      `INSERT INTO sinks (name, kind, address, format, seen_at, failing_since, last_error, stalled_at)
       VALUES ('siem', 'syslog', 'syslog+tls://logs.example:6514', 'ecs', 0, 1, 'ECONNREFUSED', 2)`,
    ),
  )
  const row = region('Sinks of the log').getByRole('row').nth(1)
  await row.getByText('syslog+tls://logs.example:6514').waitFor()
  await row.getByText('stalled: ECONNREFUSED').waitFor()
  assert.deepEqual(await axeFaults(page), [])
})

test('the same in Chinese', options, async () => {
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('heading', { name: '背景工作', level: 1 }).waitFor()
  await page.getByRole('button', { name: '立即執行：rights.sweep' }).waitFor()
  assert.deepEqual(await axeFaults(page), [])
})

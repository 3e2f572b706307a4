import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { apiPage } from '../docs/api-page.ts'
import { asvsPage } from '../docs/asvs-page.ts'
import { configurationPage } from '../docs/configuration-page.ts'
import { conformancePage } from '../docs/conformance-page.ts'
import { operationsModule, readOpenApi } from '../docs/console-operations.ts'
import { eventsPage } from '../docs/events-page.ts'
import { guardsPage } from '../docs/guards-page.ts'
import { profilePages } from '../docs/profile-pages.ts'

// What `npm run docs` writes is committed, and is as the sources say.

test('docs/asvs.md says what latchkey asvs says', () => {
  assert.equal(readFileSync('docs/asvs.md', 'utf8'), asvsPage(), 'run: npm run docs')
})

test('docs/events.md has every event, its example and its names in other vocabularies', () => {
  assert.equal(readFileSync('docs/events.md', 'utf8'), eventsPage(), 'run: npm run docs')
})

test('docs/profiles has a page of each program, as its configuration is run', () => {
  for (const { file, text } of profilePages())
    assert.equal(readFileSync(file, 'utf8'), text, 'run: npm run docs')
})

test('docs/configuration.md says what the settings say', () => {
  assert.equal(readFileSync('docs/configuration.md', 'utf8'), configurationPage(), 'run: npm run docs')
})

test('docs/guards.md shows what every adapter answers, row by row', () => {
  const page = readFileSync('docs/guards.md', 'utf8')
  assert.equal(page, guardsPage(page), 'run: npm run docs')
})

test('docs/conformance.md says what tools/conformance says', () => {
  assert.equal(readFileSync('docs/conformance.md', 'utf8'), conformancePage(), 'run: npm run docs')
})

const openApi = readOpenApi()

test('docs/api.md says what every operation takes', () => {
  assert.equal(readFileSync('docs/api.md', 'utf8'), apiPage(openApi), 'run: npm run docs')
})

test('the console knows the interface as the server describes it', () => {
  const written = readFileSync('packages/console/src/api/operations.ts', 'utf8')
  assert.equal(written, operationsModule(openApi), 'run: npm run docs')
})

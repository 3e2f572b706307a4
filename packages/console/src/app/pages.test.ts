import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isInNavigation, isPermitted } from '../page-definition.ts'
import { pages } from './pages.ts'

test('every page has a path of its own and a folder of its own', () => {
  const paths = new Set(pages.map(({ path }) => path))
  assert.equal(paths.size, pages.length)
  const folders = pages.map(
    ({ load }) => /import\('\.\.\/(pages\/[\w-]+)\/page\.tsx'\)/.exec(String(load))?.[1],
  )
  assert.equal(new Set(folders).size, pages.length)
  for (const folder of folders)
    assert.ok(existsSync(join(import.meta.dirname, '..', folder ?? '', 'words.ts')))
})

for (const page of pages.filter(({ permission }) => permission === 'everybody')) {
  test(`${page.path} is open to everybody who is signed in`, () => assert.ok(isPermitted(page, [])))
}

for (const page of pages.filter(({ permission }) => permission !== 'everybody')) {
  test(`${page.path} is open to any one of its permissions, and to nobody without`, () => {
    for (const permission of page.permission) assert.ok(isPermitted(page, ['other', permission]))
    assert.ok(!isPermitted(page, []))
    assert.ok(!isPermitted(page, ['another:permission']))
  })
}

test('a page below another is not in the navigation, and the page above it is', () => {
  for (const { path } of pages.filter((page) => !isInNavigation(page))) {
    const above = path.slice(0, path.indexOf('/', 1))
    assert.ok(
      pages.some((page) => page.path === above && isInNavigation(page)),
      `nothing leads to ${path}`,
    )
  }
})

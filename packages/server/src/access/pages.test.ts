import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageOfFound } from './pages.ts'

const all = Array.from({ length: 2_500 }, (_, at) => String(at).padStart(4, '0'))
let lookedAt = 0
const candidates = async (after: string, limit: number) => {
  const some = all.filter((id) => id > after).slice(0, limit)
  lookedAt += some.length
  return some
}
const search = (token: string, limit: number, isFound: (id: string) => boolean) =>
  pageOfFound(['a search'], { token, limit }, candidates, async (id) => isFound(id))

const rows: readonly [
  name: string,
  limit: number,
  isFound: (id: string) => boolean,
  sizes: readonly number[],
][] = [
  ['what is found once in a thousand', 10, (id) => id.endsWith('999'), [1, 1, 0]],
  ['nothing', 10, () => false, [0, 0, 0]],
  ['everything, more than a page may hold', 5_000, () => true, [...Array(12).fill(200), 100]],
  ['the last alone', 1, (id) => id === '2499', [0, 0, 1]],
  ['the first and the last', 1, (id) => id === '0000' || id === '2499', [1, 0, 1]],
]
for (const [name, limit, isFound, sizes] of rows) {
  test(`a search looks at a thousand candidates a page, and goes on: ${name}`, async () => {
    const found: string[] = []
    const pages: number[] = []
    for (let token = ''; pages.length <= sizes.length; ) {
      lookedAt = 0
      const page = await search(token, limit, isFound)
      assert.ok(lookedAt <= 1_000, `${lookedAt}`)
      found.push(...page.ids)
      pages.push(page.ids.length)
      if (page.nextToken === '') break
      token = page.nextToken
    }
    assert.deepEqual(found, all.filter(isFound))
    assert.deepEqual(pages, sizes)
  })
}

const tokenOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const name = JSON.parse(Buffer.from((await search('', 1, () => true)).nextToken, 'base64url').toString())[0]
const forged: readonly [string, string][] = [
  ['no JSON', 'x'],
  ['another search', tokenOf(['AAAAAAAAAAAAAAAA', '1', 1])],
  ['a member too many', tokenOf([name, '1', 1, 1])],
  ['an id that is a number', tokenOf([name, 1, 1])],
  ['an id with a character that no id has', tokenOf([name, '\u0000', 1])],
  ['an id that is too long', tokenOf([name, 'x'.repeat(257), 1])],
  ['another limit', tokenOf([name, '1', 2])],
  ['half a result', tokenOf([name, '1', 0.5])],
]
for (const [what, token] of forged) {
  test(`a token is refused: ${what}`, async () => {
    await assert.rejects(
      search(token, 1, () => true),
      { code: 'request_invalid' },
    )
  })
}

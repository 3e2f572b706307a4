import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allRows, pages } from './pages.ts'

for (const { name, rows, given, asked } of [
  { name: 'no rows', rows: 0, given: [], asked: [-1] },
  { name: 'fewer rows than a page', rows: 1, given: [[0]], asked: [-1] },
  { name: 'exactly a page', rows: 2, given: [[0, 1]], asked: [-1, 1] },
  { name: 'a row more than a page', rows: 3, given: [[0, 1], [2]], asked: [-1, 1] },
  {
    name: 'two pages',
    rows: 4,
    given: [
      [0, 1],
      [2, 3],
    ],
    asked: [-1, 1, 3],
  },
]) {
  test(`${name} in pages of two: each behind the last row of the one before`, async () => {
    const all = Array.from({ length: rows }, (_, place) => place)
    const after: number[] = []
    const find = async (place: number, most: number) => {
      after.push(place)
      return all.filter((row) => row > place).slice(0, most)
    }
    const read: (readonly number[])[] = []
    for await (const page of pages(-1, 2, find, (row) => row)) read.push(page)
    assert.deepEqual(read, given)
    assert.deepEqual(
      await allRows(
        pages(
          -1,
          2,
          async (place, most) => all.filter((row) => row > place).slice(0, most),
          (row) => row,
        ),
      ),
      all,
    )
    assert.deepEqual(after, asked)
  })
}

test('a page that nobody asks for is not read', async () => {
  const read: number[] = []
  const endless = async (after: number) => {
    read.push(after)
    return [after + 1]
  }
  for await (const [row] of pages(0, 1, endless, (one) => one)) if (row === 3) break
  assert.deepEqual(read, [0, 1, 2])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actedOn, beginning, type Course, nextPiece, type Report } from './in-pieces.ts'

/** A server with so many people who match, of whom every seventh is refused. */
function serverWith(people: number) {
  const asked: { most: number; after?: string }[] = []
  const acted: number[] = []
  const act = async (given: { most: number; after?: string }): Promise<Report> => {
    asked.push(given)
    const from = given.after === undefined ? 0 : Number(given.after)
    const to = Math.min(people, from + given.most)
    const ids = Array.from({ length: to - from }, (_, at) => from + at)
    acted.push(...ids)
    const items = ids.map((id) => ({
      ...{ id: `usr_${id}`, username: `u${id}` },
      ...(id % 7 === 0 ? { code: 'account_disabled', detail: 'no' } : { code: null, detail: null }),
    }))
    const refused = items.filter(({ code }) => code !== null).length
    return { done: items.length - refused, refused, items, next: to < people ? String(to) : null }
  }
  return { asked, acted, act }
}

async function whole(start: Course, act: Parameters<typeof nextPiece>[1]): Promise<Course> {
  let course = start
  while (course.left > 0) course = await nextPiece(course, act)
  return course
}

test('everybody is acted on once, in pieces, and the report has those who were refused', async () => {
  const { asked, acted, act } = serverWith(1_234)
  const course = await whole(beginning(1_234), act)
  assert.deepEqual(acted, [...acted.keys()])
  assert.equal(acted.length, 1_234)
  assert.deepEqual([actedOn(course), course.report.refused], [1_234, 177])
  assert.equal(course.report.items.length, 177)
  assert.deepEqual(asked[0], { most: 200 })
  assert.deepEqual(asked[6], { most: 34, after: '1200' })
})

test('who matches beyond those who were counted is left alone, and fewer are enough', async () => {
  const more = serverWith(2_000)
  assert.equal(actedOn(await whole(beginning(1_500), more.act)), 1_500)
  const fewer = serverWith(1_100)
  assert.equal(actedOn(await whole(beginning(1_500), fewer.act)), 1_100)
})

test('a piece of which the answer is lost is done again, and nothing before it', async () => {
  const { acted, act } = serverWith(1_010)
  let course = beginning(1_010)
  course = await nextPiece(course, act)
  const lost = async (given: { most: number; after?: string }) => {
    await act(given)
    throw new Error('the connection is gone')
  }
  await assert.rejects(nextPiece(course, lost))
  course = await whole(course, act)
  assert.equal(actedOn(course), 1_010)
  assert.equal(acted.length, 1_210)
})

test('an answer may have nobody, and go on', async () => {
  const { act } = serverWith(300)
  let isFirst = true
  const sparse = async (given: { most: number; after?: string }): Promise<Report> => {
    if (!isFirst) return act({ ...given, after: given.after === '0' ? '0' : (given.after ?? '0') })
    isFirst = false
    return { done: 0, refused: 0, items: [], next: '0' }
  }
  assert.equal(actedOn(await whole(beginning(300), sparse)), 300)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TopicTree } from '../broker/topic-tree.ts'
import { countLevels, isTopicFilter, isTopicName, matches } from './topics.ts'

const pairs: [filter: string, topic: string, matches: boolean][] = [
  ['a', 'a', true],
  ['a', 'b', false],
  ['a', 'A', false],
  ['a', 'a/', false],
  ['a', '/a', false],
  ['a/b', 'a/b', true],
  ['a/b', 'a/b/c', false],
  ['a/b/c', 'a/b', false],
  ['+', 'a', true],
  ['+', '/a', false],
  ['+', 'a/b', false],
  ['+/+', '/a', true],
  ['/+', '/a', true],
  ['a/+', 'a', false],
  ['a/+', 'a/', true],
  ['a/+', 'a/b', true],
  ['a/+', 'a/b/c', false],
  ['+/b', 'a/b', true],
  ['+/b', 'a/c', false],
  ['a/+/c', 'a/b/c', true],
  ['a/+/c', 'a//c', true],
  ['a/+/c', 'a/c', false],
  ['#', 'a', true],
  ['#', 'a/b/c', true],
  ['#', '/', true],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'ab', false],
  ['a/#', 'b/a', false],
  ['a/+/#', 'a', false],
  ['a/+/#', 'a/b', true],
  ['+/#', 'a', true],
  ['#', '$SYS/a', false],
  ['+/a', '$SYS/a', false],
  ['$SYS/#', '$SYS/a', true],
  ['$SYS/+', '$SYS/a', true],
  ['a/+', 'a/$b', true],
  ['a/#', 'a/$b/c', true],
]

for (const [filter, topic, expected] of pairs) {
  test(`${filter} ${expected ? 'matches' : 'does not match'} ${topic}`, () => {
    assert.equal(matches(filter, topic), expected)
    const filters = new TopicTree<string>()
    filters.set(filter, filter)
    assert.deepEqual(filters.matchingTopic(topic), expected ? [filter] : [])
    const topics = new TopicTree<string>()
    topics.set(topic, topic)
    assert.deepEqual(topics.matchingFilter(filter), expected ? [topic] : [])
  })
}

/** Each beside a character that is next to it and is none. */
const controls = ['\u0001', '\u001f', '\u007f', '\u009f']
const neighbours = [' ', '~', '\u00a0', '"', '$', '*', ',']
const shown = (text: string) => JSON.stringify(text).replace(/\p{Cc}/u, (it) => `U+${it.charCodeAt(0)}`)

for (const name of [
  '',
  '#',
  '+',
  'a/#',
  'a/+/b',
  'a#',
  'a+b',
  ...controls,
  ...controls.map((it) => `a${it}`),
])
  test(`${shown(name)} is not a topic name`, () => assert.equal(isTopicName(name), false))
for (const name of ['a', '/', 'a b', '$SYS', 'a//b', 'ä', ...neighbours])
  test(`${shown(name)} is a topic name`, () => assert.equal(isTopicName(name), true))
for (const filter of ['', 'a#', '#/a', 'a/#/b', 'a+', '+a', 'a/b+', '##', '++', 'a/##', ...controls])
  test(`${shown(filter)} is not a topic filter`, () => assert.equal(isTopicFilter(filter), false))
for (const filter of ['#', '+', '/', 'a', 'a/#', '+/+/#', '/+/', ...neighbours])
  test(`${shown(filter)} is a topic filter`, () => assert.equal(isTopicFilter(filter), true))

test('a slash begins a level', () => {
  assert.deepEqual(['a', 'a/b', '/', 'a//b'].map(countLevels), [1, 2, 2, 3])
})

const level = fc.constantFrom('a', 'b', '', '$x')
const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
const filters = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, rest]) => [...levels, ...(rest ? ['#'] : [])].join('/'))

test('the tree finds exactly what matching one by one finds, in both directions', () => {
  fc.assert(
    fc.property(fc.uniqueArray(filters), fc.uniqueArray(topics), (someFilters, someTopics) => {
      const byFilter = new TopicTree<string>()
      for (const filter of someFilters) byFilter.set(filter, filter)
      for (const topic of someTopics)
        assert.deepEqual(
          byFilter.matchingTopic(topic).sort(),
          someFilters.filter((filter) => matches(filter, topic)).sort(),
        )
      const byTopic = new TopicTree<string>()
      for (const topic of someTopics) byTopic.set(topic, topic)
      for (const filter of someFilters)
        assert.deepEqual(
          byTopic.matchingFilter(filter).sort(),
          someTopics.filter((topic) => matches(filter, topic)).sort(),
        )
      for (const filter of someFilters) byFilter.delete(filter)
      assert.deepEqual(byFilter, new TopicTree<string>())
    }),
    { numRuns: 300 },
  )
})

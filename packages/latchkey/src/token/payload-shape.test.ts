import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSigner, createVerifier, generateKey } from './index.ts'
import { parseObject } from './json.ts'
import { PayloadShape } from './payload-shape.ts'

const model = {
  iss: 'https://id.example.com',
  sub: 'usr_1',
  aud: ['A', 'B'],
  exp: 1900000000,
  ok: true,
  act: null,
}
const written = JSON.stringify(model)

/** What is left of a longer payload in the buffer that all payloads share. */
const leftover = '9999","sub":"usr_2","aud":["A","B"],"exp":19,"ok":true,"act":null}'

function shapeOf(claims: object): PayloadShape {
  const shape = new PayloadShape()
  shape.learn(parse(JSON.stringify(claims)))
  return shape
}

function parse(text: string) {
  const bytes = Buffer.from(text)
  return parseObject(bytes, bytes.length)
}

function parseBy(shape: PayloadShape, text: string) {
  const bytes = Buffer.from(text + leftover)
  return shape.parse(bytes, Buffer.byteLength(text))
}

const read = [
  { name: 'the same values', text: written },
  {
    name: 'other texts and numbers',
    text: written.replace('usr_1', 'a longer one {[:,]}').replace('190', '1'),
  },
  { name: 'a text where a number was', text: written.replace('1900000000', '"soon"') },
  { name: 'a number where a text was', text: written.replace('"usr_1"', '1') },
  {
    name: 'the first and the last of the characters that need no escape',
    text: written.replace('usr_1', ' !~'),
  },
  { name: 'a number of one digit', text: written.replace('1900000000', '9') },
  { name: 'a text with nothing in it', text: written.replace('usr_1', '') },
  { name: 'a number of 15 digits', text: written.replace('1900000000', '999999999999999') },
]

for (const { name, text } of read) {
  test(`a payload of the shape that was learnt is read as the strict parser reads it: ${name}`, () => {
    const claims = parseBy(shapeOf(model), text)
    assert.deepStrictEqual(claims, parse(text))
    assert.deepEqual(Object.keys(claims ?? {}), Object.keys(model))
    assert.ok(Object.isFrozen(claims))
    assert.ok(Object.isFrozen(claims?.aud))
  })
}

const left = [
  { name: 'a member more', text: written.replace('}', ',"x":1}') },
  { name: 'a member less', text: written.replace(',"act":null', '') },
  { name: 'a member twice', text: written.replace('}', ',"sub":"usr_2"}') },
  {
    name: 'another order',
    text: JSON.stringify({ sub: 'usr_1', iss: 'x', exp: 1, aud: ['A', 'B'], ok: true, act: null }),
  },
  { name: 'another name', text: written.replace('"sub"', '"sob"') },
  { name: 'a blank', text: written.replace(':', ': ') },
  { name: 'a blank at the end', text: `${written} ` },
  { name: 'something after the end', text: `${written}}` },
  { name: 'no end', text: written.slice(0, -1) },
  { name: 'a text without its end', text: written.slice(0, written.indexOf('usr_1') + 3) },
  { name: 'a number without what follows', text: written.slice(0, written.indexOf('1900') + 4) },
  { name: 'nothing', text: '' },
  { name: 'an escape', text: written.replace('usr_1', 'usr\\n1') },
  { name: 'an escaped quote', text: written.replace('usr_1', 'usr\\"1') },
  { name: 'a control character', text: written.replace('usr_1', 'usr\n1') },
  { name: 'a character of two bytes', text: written.replace('usr_1', 'us\u00e9') },
  { name: 'a delete character', text: written.replace('usr_1', 'usr\u007f') },
  { name: 'a leading zero', text: written.replace('1900000000', '01900000000') },
  { name: 'zero', text: written.replace('1900000000', '0') },
  { name: 'a negative number', text: written.replace('1900000000', '-1') },
  { name: 'a fraction', text: written.replace('1900000000', '1.5') },
  { name: 'an exponent', text: written.replace('1900000000', '1e9') },
  { name: 'a number of 16 digits', text: written.replace('1900000000', '1234567890123456') },
  { name: 'another list', text: written.replace('"B"', '"C"') },
  { name: 'true that became false', text: written.replace('true', 'false') },
  { name: 'an object where a text was', text: written.replace('"usr_1"', '{}') },
]

for (const { name, text } of left) {
  test(`a payload is left to the strict parser: ${name}`, () => {
    const shape = shapeOf(model)
    assert.equal(parseBy(shape, text), undefined)
    // And where nothing is left over, so that the end of the buffer is the end of the payload.
    assert.equal(shape.parse(Buffer.from(text), Buffer.byteLength(text)), undefined)
  })
}

const unlearnt = [
  { name: 'a member named __proto__', text: '{"a":"b","__proto__":"c"}' },
  { name: 'an object as a value', text: '{"a":"b","cnf":{"jkt":"c"}}' },
  { name: 'a list of numbers', text: '{"a":"b","n":[1]}' },
  { name: 'no member at all', text: '{}' },
]

for (const { name, text } of unlearnt) {
  test(`a payload is never learnt: ${name}`, () => {
    const shape = new PayloadShape()
    shape.learn(parse(text))
    assert.equal(parseBy(shape, text), undefined)
  })
}

test('a new shape is learnt when others have come for a while', () => {
  const shape = shapeOf({ old: 'a' })
  for (let i = 0; i < 15; i++) shape.learn(parse('{"new":"a"}'))
  assert.equal(parseBy(shape, '{"new":"b"}'), undefined)
  shape.learn(parse('{"new":"a"}'))
  assert.deepEqual(parseBy(shape, '{"new":"b"}'), { new: 'b' })
  assert.equal(parseBy(shape, '{"old":"a"}'), undefined)
})

test('whatever is written, a shape reads what the strict parser reads, or nothing', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('usr_1', true, false, null, -0),
    fc.integer(),
    fc.nat(),
    fc.stringMatching(/^[ -~]*$/),
    fc.stringMatching(/^[a-z.:{},]*$/),
    fc.double(),
    fc.array(fc.string(), { maxLength: 2 }),
  )
  const name = fc.oneof(fc.constantFrom('iss', 'sub', 'exp', '__proto__', '7', 'constructor'), fc.string())
  const object = fc.dictionary(name, value, { maxKeys: 5 })
  const change = fc.record({
    at: fc.nat(),
    cut: fc.nat(2),
    put: fc.constantFrom('', '"', ',', '}', '0', '9', '\\', 'x'),
  })
  let readByShape = 0
  fc.assert(
    fc.property(
      object,
      fc.array(value, { maxLength: 5 }),
      fc.array(change, { maxLength: 1 }),
      (learnt, values, changes) => {
        const shape = shapeOf(learnt)
        const names = Object.keys(learnt)
        let text = `{${names.map((one, i) => `${JSON.stringify(one)}:${JSON.stringify(values[i] ?? learnt[one])}`)}}`
        for (const { at, cut, put } of changes) {
          const start = at % text.length
          text = text.slice(0, start) + put + text.slice(start + cut)
        }
        const claims = parseBy(shape, text)
        if (claims === undefined) return
        readByShape++
        assert.deepStrictEqual(claims, parse(text))
      },
    ),
    { numRuns: 5000 },
  )
  assert.ok(readByShape > 500, `only ${readByShape} of the texts were read by their shape`)
})

test('a verifier that knows the shape of its tokens takes nothing over from one to the next', () => {
  const key = generateKey('HS256')
  const sign = createSigner({ key, expiresIn: 60 })
  const verify = createVerifier({ keys: key })
  for (const sub of ['usr_1', 'usr_2', 'usr_1', 'a"b', 'usr_3']) {
    for (const more of [
      { scope: 'devices:read' },
      { scope: 'users:write' },
      {},
      { scope: 'x', amr: ['pwd'] },
    ]) {
      const { iat: _, exp: __, ...claims } = verify(sign({ sub, ...more }))
      assert.deepEqual(claims, { sub, ...more })
    }
  }
})

import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { pemRows } from '../../../test/token/pem-rows.ts'
import { privateKey, publicKey } from '../index.ts'

for (const { name, kind, text, says } of pemRows) {
  const read = kind === 'public' ? publicKey : privateKey
  test(`${kind}Key says what is wrong with a file: ${name}`, () => {
    assert.throws(() => read(text, { algorithm: 'RS256' }), { name: 'TypeError', message: says })
  })
  test(`${kind}Key says the same of the bytes of a file: ${name}`, () => {
    assert.throws(() => read(Buffer.from(text), { algorithm: 'RS256' }), TypeError)
  })
}

test('no message repeats a key', () => {
  for (const { kind, text } of pemRows.filter(({ text }) => text.length > 200)) {
    const read = kind === 'public' ? publicKey : privateKey
    assert.throws(
      () => read(text, { algorithm: 'RS256' }),
      ({ message }: Error) =>
        !text.split(/\s|\\n/).some((line) => line.length > 40 && message.includes(line)),
    )
  }
})

test('a PEM may have any line ends, white space around it, and a byte order mark', () => {
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    type: 'spki',
    format: 'pem',
  })
  const variants = [
    String(pem),
    String(pem).replaceAll('\n', '\r\n'),
    String(pem).replaceAll('\n', '\r'),
    String(pem).replaceAll('\n', ' '),
    `\ufeff${pem}`,
    `\n\n  ${pem}\n\n`,
    String(pem).trim(),
  ]
  for (const variant of variants) assert.equal(publicKey(variant, { algorithm: 'ES256' }).kind, 'public')
})

test('a PEM has 65,536 characters at most, as text and as bytes', () => {
  const pem = String(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }),
  )
  const longest = pem.padEnd(65_536)
  for (const input of [longest, Buffer.from(longest)]) {
    assert.equal(publicKey(input, { algorithm: 'ES256' }).kind, 'public')
  }
  for (const input of [`${longest} `, Buffer.from(`${longest} `)]) {
    assert.throws(() => publicKey(input, { algorithm: 'ES256' }), { message: /at most 65536/ })
  }
})

for (const [length, message] of [
  [65_536, /cannot be read/],
  [65_537, /at most 65536 bytes/],
] as const) {
  test(`DER of ${length} bytes is looked at to its limit`, () => {
    const der = Buffer.alloc(length)
    der[0] = 0x30
    assert.throws(() => publicKey(der, { algorithm: 'RS256' }), { message })
  })
}

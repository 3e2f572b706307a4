import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { testWorld } from '../../../test/app.ts'
import { base32 } from '../../secrets/base32.ts'
import { hashRecoveryCode, newRecoveryCodes, readCode, recoveryCount } from './codes.ts'
import { codeAt, otpauthLink, stepAt, stepOf } from './totp.ts'

/** RFC 6238 appendix B, SHA-1, of whose eight digits an authenticator shows the last six. */
const published = [
  { atSeconds: 59, digits: '94287082' },
  { atSeconds: 1111111109, digits: '07081804' },
  { atSeconds: 1111111111, digits: '14050471' },
  { atSeconds: 1234567890, digits: '89005924' },
  { atSeconds: 2000000000, digits: '69279037' },
  { atSeconds: 20000000000, digits: '65353130' },
]
const secret = Buffer.from('12345678901234567890')

for (const { atSeconds, digits } of published) {
  test(`the code at ${atSeconds} s is the one of RFC 6238`, () => {
    assert.equal(codeAt(secret, stepAt(atSeconds * 1000)), digits.slice(2))
  })
}

test('the codes of RFC 4226 appendix D', () => {
  const codes = [
    '755224',
    '287082',
    '359152',
    '969429',
    '338314',
    '254676',
    '287922',
    '162583',
    '399871',
    '520489',
  ]
  assert.deepEqual(
    codes.map((_, counter) => codeAt(secret, counter)),
    codes,
  )
})

const now = 1_234_567_890_000
const at = (steps: number) => codeAt(secret, stepAt(now) + steps)
const windows = [
  { name: 'of now', code: at(0), step: 0 },
  { name: 'of the step before', code: at(-1), step: -1 },
  { name: 'of the step after', code: at(1), step: 1 },
  { name: 'of two steps before', code: at(-2), step: undefined },
  { name: 'of two steps after', code: at(2), step: undefined },
  { name: 'that is empty', code: '', step: undefined },
  { name: 'with a digit less', code: at(0).slice(1), step: undefined },
  { name: 'with a digit more', code: `${at(0)}0`, step: undefined },
]
for (const { name, code, step } of windows) {
  test(`a code ${name} is ${step === undefined ? 'of no step' : `of step ${step}`}`, () => {
    assert.equal(stepOf(secret, code, now), step === undefined ? undefined : stepAt(now) + step)
  })
}

test('base32 is that of RFC 4648 section 10', () => {
  const vectors = {
    '': '',
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    fooba: 'MZXW6YTB',
    foobar: 'MZXW6YTBOI',
  }
  for (const [text, encoded] of Object.entries(vectors)) assert.equal(base32(Buffer.from(text)), encoded)
})

test('the link holds the secret, and names that have letters of any kind', () => {
  const link = new URL(
    otpauthLink('MZXW6', { issuer: 'Latchkey id.example.com', account: 'ada:ö@example.com' }),
  )
  assert.equal(link.protocol, 'otpauth:')
  assert.equal(link.searchParams.get('secret'), 'MZXW6')
  assert.equal(link.searchParams.get('issuer'), 'Latchkey id.example.com')
  assert.equal(link.pathname, '/Latchkey%20id.example.com:ada%3A%C3%B6%40example.com')
})

const code = '0123-4567-89ab-cdef-ghjk-mnpq'
const typed = [
  { typed: '123456', code: '123456' },
  { typed: ' 123 456 ', code: '123456' },
  { typed: '123-456', code: '123456' },
  { typed: '123–456', code: '123456' },
  { typed: '１２３４５６', code: '123456' },
  { typed: code, code: code.replaceAll('-', '') },
  { typed: code.toUpperCase().replaceAll('-', ' '), code: code.replaceAll('-', '') },
  { typed: 'OI23-4567-89ab-cdef-ghjk-mnpq', code: code.replaceAll('-', '') },
  { typed: 'oL23-4567-89ab-cdef-ghjk-mnpq', code: code.replaceAll('-', '') },
  { typed: '', code: undefined },
  { typed: '12345', code: undefined },
  { typed: '1234567', code: undefined },
  { typed: '12345a', code: undefined },
  { typed: '123.456', code: undefined },
  { typed: '١٢٣٤٥٦', code: undefined },
  { typed: code.slice(1), code: undefined },
  { typed: `${code}0`, code: undefined },
  { typed: code.replace('q', 'u'), code: undefined },
]
for (const { typed: text, code: read } of typed) {
  test(`what is typed as ${JSON.stringify(text)} is ${read === undefined ? 'no code' : 'a code'}`, () => {
    assert.equal(readCode(text)?.code, read)
  })
}

test('no text at all makes reading a code fail', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readCode(text)))
})

test('recovery codes are many, all different, and read as they are shown', () => {
  const codes = newRecoveryCodes(testWorld())
  assert.equal(codes.length, recoveryCount)
  assert.equal(new Set(codes).size, recoveryCount)
  for (const shown of codes) {
    assert.match(shown, /^([0-9a-hjkmnp-tv-z]{4}-){5}[0-9a-hjkmnp-tv-z]{4}$/)
    const read = readCode(shown.toUpperCase())
    assert.equal(read?.kind, 'recovery')
    assert.equal(hashRecoveryCode(read?.code ?? ''), hashRecoveryCode(shown))
  }
})

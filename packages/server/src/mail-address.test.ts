import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mailAddress } from './mail-address.ts'

const read = [
  { typed: 'ada@example.com', address: 'ada@example.com', key: 'ada@example.com' },
  {
    typed: 'Ada.Byron+lamps@Example.COM',
    address: 'Ada.Byron+lamps@example.com',
    key: 'ada.byron+lamps@example.com',
  },
  { typed: "o'neil@example.com", address: "o'neil@example.com", key: "o'neil@example.com" },
  {
    typed: "!#$%&'*+/=?^_`{|}~-.!#$%&'*+/=?^_`{|}~-@example.com",
    address: "!#$%&'*+/=?^_`{|}~-.!#$%&'*+/=?^_`{|}~-@example.com",
    key: "!#$%&'*+/=?^_`{|}~-.!#$%&'*+/=?^_`{|}~-@example.com",
  },
  { typed: 'ada@bücher.example', address: 'ada@xn--bcher-kva.example', key: 'ada@xn--bcher-kva.example' },
  { typed: 'a@example.com', address: 'a@example.com', key: 'a@example.com' },
  ...[`a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(8)}`].map(
    (longest) => ({ typed: longest, address: longest, key: longest }),
  ),
  {
    typed: `${'a'.repeat(64)}@example.com`,
    address: `${'a'.repeat(64)}@example.com`,
    key: `${'a'.repeat(64)}@example.com`,
  },
]
for (const { typed, ...expected } of read) {
  test(`an address is read: ${typed}`, () => assert.deepEqual(mailAddress(typed), expected))
}

const refused = [
  { name: 'nothing', typed: '' },
  { name: 'no @', typed: 'example.com' },
  { name: 'nothing before the @', typed: '@example.com' },
  { name: 'nothing behind it', typed: 'ada@' },
  { name: 'two @', typed: 'a@b@example.com' },
  { name: 'a domain of one label', typed: 'ada@localhost' },
  { name: 'an IP address', typed: 'ada@127.0.0.1' },
  { name: 'an IP address as a literal', typed: 'ada@[127.0.0.1]' },
  { name: 'an IP address in one number', typed: 'ada@2130706433' },
  { name: 'a blank', typed: 'ada lovelace@example.com' },
  { name: 'a blank at its end', typed: 'ada@example.com ' },
  ...[...'"(),:;<>@[]\\ \t\0'].flatMap((letter) =>
    [`a${letter}`, `${letter}a`, `a${letter}a`, `a.${letter}`].map((before) => ({
      name: `before the @ ${JSON.stringify(before)}`,
      typed: `${before}@example.com`,
    })),
  ),
  { name: 'quotes', typed: '"ada"@example.com' },
  { name: 'a line break', typed: 'ada@example.com\r\nBcc: all@example.com' },
  { name: 'a line break before the @', typed: 'ada\n@example.com' },
  { name: 'two addresses', typed: 'ada@example.com,ben@example.com' },
  { name: 'a name beside it', typed: 'Ada <ada@example.com>' },
  { name: 'a letter that looks like another one', typed: 'аda@example.com' },
  { name: 'a letter whose lower case is ASCII', typed: '\u212aate@example.com' },
  { name: 'two dots', typed: 'a..b@example.com' },
  { name: 'a dot first', typed: '.a@example.com' },
  { name: 'a path', typed: 'ada@example.com/x' },
  { name: 'a port', typed: 'ada@example.com:25' },
  { name: 'a hidden character', typed: 'ada@exam\u00adple.com' },
  { name: 'a label that begins with a hyphen', typed: 'ada@-example.com' },
  { name: '65 characters before the @', typed: `${'a'.repeat(65)}@example.com` },
  {
    name: '255 characters',
    typed: `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(9)}`,
  },
]
for (const { name, typed } of refused) {
  test(`is no address: ${name}`, () => assert.equal(mailAddress(typed), undefined))
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalAddress, contains, countingKey, networkOf, parseNetwork } from './networks.ts'

const written: [text: string, as: string | undefined][] = [
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  // Half of the mark of a mapped address is none.
  ['::ff00:cb00:7109', '::ff00:cb00:7109'],
  ['::ff:cb00:7109', '::ff:cb00:7109'],
  ['::FFFF:cb00:7109', '203.0.113.9'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:DB8:0:0:0:0:0:7', '2001:db8::7'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['64:ff9b::203.0.113.9', '64:ff9b::cb00:7109'],
  ['fe80::1%eth0', 'fe80::1'],
  ['', undefined],
  ['unknown', undefined],
  ['1.2.3', undefined],
  ['1.2.3.256', undefined],
  ['01.2.3.4', undefined],
  ['1.2.3.4.', undefined],
  ['1:2:3', undefined],
  [':::', undefined],
  ['1::2::3', undefined],
  ['2001:db8::g', undefined],
  ['[::1]', undefined],
  ['1.2.3.4:80', undefined],
  ['1.2.3.4\0', undefined],
  [' 1.2.3.4', undefined],
]
for (const [text, as] of written)
  test(`the address “${text}” is written ${as ?? 'not at all'}`, () =>
    assert.equal(canonicalAddress(text), as))

for (const text of [
  ...[
    '',
    '/',
    '/8',
    '/10.0.0.1',
    '10.0.0.0/0008',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.1/8',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0.0/8 ',
    '10.0/8',
  ],
  ...[
    '10.0.0.0/08x',
    '::/129',
    '2001:db8::1/64',
    '2001:db8:1::/47',
    '::ffff:10.0.0.0/104',
    'localhost',
    '*',
    '1',
  ],
])
  test(`“${text}” is no network`, () => assert.equal(parseNetwork(text), undefined))

const membership: [network: string, inside: string[], outside: string[]][] = [
  [
    '10.0.0.0/8',
    ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'],
    ['11.0.0.0', '9.255.255.255', '::10.0.0.1', ''],
  ],
  ['10.0.0.1', ['10.0.0.1'], ['10.0.0.0', '10.0.0.2']],
  ['::ffff:10.0.0.1', ['10.0.0.1', '::ffff:10.0.0.1'], ['10.0.0.2', '::10.0.0.1']],
  ['192.0.2.128/25', ['192.0.2.128', '192.0.2.255'], ['192.0.2.127', '192.0.3.128']],
  ['172.16.0.0/12', ['172.16.0.0', '172.31.255.255'], ['172.15.255.255', '172.32.0.0']],
  ['0.0.0.0/0', ['1.2.3.4', '::ffff:1.2.3.4'], ['::1', '2001:db8::1', 'unknown']],
  ['2001:db8::/32', ['2001:db8::', '2001:DB8:ffff::1'], ['2001:db9::', '2001:db7:ffff::', '32.1.13.184']],
  ['2001:db8:0:10::/60', ['2001:db8:0:1f::1'], ['2001:db8:0:20::', '2001:db8:0:f::']],
  ['::1/128', ['::1', '0:0:0:0:0:0:0:1', '::1%lo'], ['::', '::2', '127.0.0.1']],
  ['::/0', ['::1', '2001:db8::1'], ['1.2.3.4']],
]
for (const [text, inside, outside] of membership)
  test(`${text} holds what lies in it and nothing else`, () => {
    const network = parseNetwork(text) ?? assert.fail()
    for (const address of inside) assert.equal(contains([network], address), true, address)
    for (const address of outside) assert.equal(contains([network], address), false, address)
    assert.equal(contains([], inside[0]!), false)
  })

test('IPv4 is counted by address, however it is written, and IPv6 by its first 64 bits', () => {
  assert.equal(countingKey('203.0.113.9'), countingKey('::ffff:203.0.113.9'))
  assert.notEqual(countingKey('203.0.113.9'), countingKey('203.0.113.10'))
  assert.equal(countingKey('2001:db8::1'), countingKey('2001:db8:0:0:ffff:ffff:ffff:ffff'))
  assert.notEqual(countingKey('2001:db8::1'), countingKey('2001:db8:0:1::1'))
  assert.notEqual(countingKey('::1'), countingKey(''))
})

for (const [address, network] of [
  ['203.0.113.9', '203.0.113.0/24'],
  ['::ffff:203.0.113.9', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['localhost', undefined],
] as const)
  test(`${address} is told as ${network ?? 'no network'}`, () => assert.equal(networkOf(address), network))

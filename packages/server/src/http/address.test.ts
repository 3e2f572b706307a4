import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { parseNetwork } from '../addresses/networks.ts'
import { clientAddress } from './address.ts'

const networksOf = (texts: readonly string[]) => texts.map((text) => parseNetwork(text) ?? assert.fail(text))

/** What stands in the headers of a request from `peer`, and which address it is counted and logged by. */
function addressOf(peer: string | undefined, headers: Record<string, string>, trusted = ['10.0.0.0/8']) {
  return clientAddress(peer, (name) => headers[name], networksOf(trusted))
}

describe('X-Forwarded-For', () => {
  const rows: { name: string; peer?: string; header: string; trusted?: string[]; address: string }[] = [
    {
      name: 'from a peer that is no proxy of ours says nothing',
      peer: '9.9.9.9',
      header: '1.1.1.1',
      address: '9.9.9.9',
    },
    { name: 'says nothing where no proxy is trusted', header: '1.1.1.1', trusted: [], address: '10.0.0.1' },
    { name: 'is read from its end', header: '1.1.1.1, 2.2.2.2', address: '2.2.2.2' },
    {
      name: 'is read past proxies of ours',
      header: '1.1.1.1, 2.2.2.2, 10.0.0.2, 10.9.0.2',
      address: '2.2.2.2',
    },
    {
      name: 'is read past proxies of several networks',
      header: '2.2.2.2,2001:db8::1',
      trusted: ['10.0.0.1', '2001:db8::/32'],
      address: '2.2.2.2',
    },
    { name: 'of nothing but proxies names the first', header: '10.0.0.3, 10.0.0.2', address: '10.0.0.3' },
    { name: 'with the port of an IPv4 address', header: '203.0.113.9:51312', address: '203.0.113.9' },
    { name: 'with IPv6', header: '2001:db8::7', address: '2001:db8::7' },
    { name: 'with IPv6 in brackets', header: '[2001:db8::7]', address: '2001:db8::7' },
    { name: 'with IPv6 and a port', header: '[2001:db8::7]:443', address: '2001:db8::7' },
    {
      name: 'with IPv6 in capitals and in full',
      header: '[2001:DB8:0:0:0:0:0:7]:443',
      address: '2001:db8::7',
    },
    { name: 'with IPv4 mapped into IPv6', header: '::ffff:203.0.113.9', address: '203.0.113.9' },
    {
      name: 'with a proxy of ours mapped into IPv6',
      header: '1.1.1.1, [::ffff:10.0.0.2]:80',
      address: '1.1.1.1',
    },
    { name: 'with tabs and without blanks', header: '\t1.1.1.1\t,\t2.2.2.2\t', address: '2.2.2.2' },
    {
      name: 'from a peer that is mapped into IPv6',
      peer: '::ffff:10.0.0.1',
      header: '2.2.2.2',
      address: '2.2.2.2',
    },
    { name: 'that is empty', header: '', address: '10.0.0.1' },
    { name: 'that is a comma', header: ',', address: '10.0.0.1' },
    { name: 'that ends in a comma', header: '2.2.2.2,', address: '10.0.0.1' },
    {
      name: 'with an entry that is no address, behind which nobody is known',
      header: '1.1.1.1, unknown, 10.0.0.2',
      address: '10.0.0.2',
    },
    { name: 'with a name', header: 'client.example', address: '10.0.0.1' },
    { name: 'with a zero byte', header: '1.1.1.1\0', address: '10.0.0.1' },
    { name: 'with a line break', header: '1.1.1.1\n2.2.2.2', address: '10.0.0.1' },
    { name: 'with an address in letters of another script', header: '１.1.1.1', address: '10.0.0.1' },
    { name: 'with a port of letters', header: '1.1.1.1:http', address: '10.0.0.1' },
    { name: 'with a port of six digits', header: '1.1.1.1:123456', address: '10.0.0.1' },
    { name: 'with a port of five digits', header: '1.1.1.1:12345', address: '1.1.1.1' },
    { name: 'with something in front of an address', header: 'x1.1.1.1', address: '10.0.0.1' },
    { name: 'with something in front of a bracket', header: 'x[2001:db8::7]:443', address: '10.0.0.1' },
    { name: 'that begins with a comma', header: ',1.1.1.1', address: '1.1.1.1' },
    { name: 'that begins with a comma before a proxy of ours', header: ',10.0.0.2', address: '10.0.0.2' },
    { name: 'of nothing but blanks', header: ' \t ', address: '10.0.0.1' },
    { name: 'with another blank than HTTP has', header: '\u00a01.1.1.1', address: '10.0.0.1' },
    {
      name: 'that is as long as a chain of proxies may be',
      header: `${'1.1.1.1,'.repeat(510)}     ${'2.2.2.2'.padStart(11)}`,
      address: '2.2.2.2',
    },
    {
      name: 'that is longer by one character',
      header: `${'1.1.1.1,'.repeat(510)}      ${'2.2.2.2'.padStart(11)}`,
      address: '10.0.0.1',
    },
    { name: 'with two ports', header: '1.1.1.1:1:2', address: '10.0.0.1' },
    { name: 'with IPv4 in brackets', header: '[1.1.1.1]', address: '1.1.1.1' },
    { name: 'with a bracket that is not closed', header: '[2001:db8::7', address: '10.0.0.1' },
    { name: 'with a zone', header: 'fe80::1%eth0', address: '10.0.0.1' },
    { name: 'with an octal byte', header: '010.1.1.1', address: '10.0.0.1' },
    { name: 'with an address that is too long', header: '1.1.1.1.1', address: '10.0.0.1' },
    { name: 'with quotes', header: '"1.1.1.1"', address: '10.0.0.1' },
    {
      name: 'that is longer than any chain of proxies',
      header: `${'1.1.1.1,'.repeat(1000)}2.2.2.2`,
      address: '10.0.0.1',
    },
  ]
  for (const { name, peer = '10.0.0.1', header, trusted, address } of rows)
    test(name, () => assert.equal(addressOf(peer, { 'x-forwarded-for': header }, trusted), address))
})

describe('Forwarded', () => {
  const rows: { name: string; peer?: string; header: string; address: string }[] = [
    {
      name: 'from a peer that is no proxy of ours says nothing',
      peer: '9.9.9.9',
      header: 'for=1.1.1.1',
      address: '9.9.9.9',
    },
    { name: 'is read from its end', header: 'for=1.1.1.1, for=2.2.2.2', address: '2.2.2.2' },
    {
      name: 'is read past proxies of ours',
      header: 'for=1.1.1.1, for=2.2.2.2;by=10.0.0.3, for=10.0.0.3',
      address: '2.2.2.2',
    },
    {
      name: 'with other parameters',
      header: 'by=10.0.0.1;proto=https; FOR=2.2.2.2 ;host=id.example',
      address: '2.2.2.2',
    },
    { name: 'with quoted IPv4 and a port', header: 'for="203.0.113.9:51312"', address: '203.0.113.9' },
    { name: 'with IPv6', header: 'for="[2001:db8::7]"', address: '2001:db8::7' },
    { name: 'with IPv6 and a port', header: 'For="[2001:db8::7]:443";proto=https', address: '2001:db8::7' },
    { name: 'with an obfuscated port', header: 'for="203.0.113.9:_p-1"', address: '203.0.113.9' },
    {
      name: 'with a quoted host that holds a comma',
      header: 'for=2.2.2.2;host="a", for=10.0.0.2;host="a b"',
      address: '2.2.2.2',
    },
    {
      name: 'that is left of a quote that is not closed',
      header: 'for="1.1.1.1, for=2.2.2.2',
      address: '2.2.2.2',
    },
    {
      name: 'with a host that pretends to be an element',
      header: 'for=2.2.2.2;host="x, for=6.6.6.6"',
      address: '10.0.0.1',
    },
    {
      name: 'with a host that pretends to be an element and escapes a quote',
      header: 'for=2.2.2.2;host="x, for=6.6.6.6;a=\\"b"',
      address: '10.0.0.1',
    },
    { name: 'with an unknown client', header: 'for=1.1.1.1, for=unknown', address: '10.0.0.1' },
    {
      name: 'with an unknown client behind a proxy',
      header: 'for=unknown, for=10.0.0.2',
      address: '10.0.0.2',
    },
    { name: 'with an obfuscated client', header: 'for=_hidden', address: '10.0.0.1' },
    { name: 'with a quoted obfuscated client', header: 'for="_SEVKISEK", for=10.0.0.2', address: '10.0.0.2' },
    {
      name: 'with an element that does not say for whom',
      header: 'for=1.1.1.1, proto=https',
      address: '10.0.0.1',
    },
    { name: 'that says it twice in one element', header: 'for=1.1.1.1;for=2.2.2.2', address: '10.0.0.1' },
    { name: 'with IPv6 without brackets', header: 'for="2001:db8::7"', address: '10.0.0.1' },
    { name: 'with IPv6 without quotes', header: 'for=[2001:db8::7]', address: '10.0.0.1' },
    { name: 'with a port without quotes', header: 'for=1.1.1.1:80', address: '10.0.0.1' },
    { name: 'with blanks around the equals sign', header: 'for = 1.1.1.1', address: '10.0.0.1' },
    { name: 'with something behind a quoted text', header: 'for="1.1.1.1"x', address: '10.0.0.1' },
    { name: 'with something before the parameter', header: '(for=1.1.1.1', address: '10.0.0.1' },
    { name: 'with something behind the parameter', header: 'for=1.1.1.1(', address: '10.0.0.1' },
    { name: 'with something before the address', header: 'for=x1.1.1.1', address: '10.0.0.1' },
    { name: 'with something behind the address', header: 'for="1.1.1.1:http"', address: '10.0.0.1' },
    { name: 'with an empty parameter', header: 'for=1.1.1.1;', address: '10.0.0.1' },
    { name: 'with an empty value', header: 'for=""', address: '10.0.0.1' },
    { name: 'that is empty', header: '', address: '10.0.0.1' },
    { name: 'that is a bare address', header: '1.1.1.1', address: '10.0.0.1' },
    {
      name: 'that is longer than any chain of proxies',
      header: `for=2.2.2.2;x=${'y'.repeat(5000)}`,
      address: '10.0.0.1',
    },
  ]
  for (const { name, peer = '10.0.0.1', header, address } of rows)
    test(name, () => assert.equal(addressOf(peer, { forwarded: header }), address))
})

test('where both headers are there, X-Forwarded-For decides', () => {
  const forwarded = 'for=6.6.6.6'
  assert.equal(addressOf('10.0.0.1', { 'x-forwarded-for': '2.2.2.2', forwarded }), '2.2.2.2')
  // Also where it names nobody: a client that sends Forwarded must not be asked instead.
  assert.equal(addressOf('10.0.0.1', { 'x-forwarded-for': 'unknown', forwarded }), '10.0.0.1')
  assert.equal(addressOf('10.0.0.1', { 'x-forwarded-for': '', forwarded }), '10.0.0.1')
})

for (const peer of [undefined, '', 'unix'])
  test(`a connection from ${JSON.stringify(peer)} has no address, and its headers say nothing`, () => {
    assert.equal(addressOf(peer, { 'x-forwarded-for': '1.1.1.1' }, ['0.0.0.0/0', '::/0']), '')
  })

test('whatever stands in a header, the address is the peer’s or one that is written as addresses are', () => {
  const piece = fc.constantFrom(
    'for=',
    '"',
    '\\',
    ',',
    ';',
    '1.1.1.1',
    '10.0.0.2',
    '[::1]',
    ':80',
    '_x',
    ' ',
    '=',
    '\t',
    'unknown',
  )
  const header = fc.oneof(
    fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    fc.string(),
  )
  fc.assert(
    fc.property(header, fc.constantFrom('x-forwarded-for', 'forwarded'), (text, name) => {
      assert.match(addressOf('10.0.0.1', { [name]: text }), /^([\d.]{7,15}|[0-9a-f:]{2,39})$/)
    }),
    { numRuns: 1000 },
  )
})

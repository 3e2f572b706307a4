import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseNetwork } from '../addresses/networks.ts'
import { mayReach, outboundUrl } from './reachable.ts'

const network = (text: string) => parseNetwork(text) ?? assert.fail(text)

const closed = [
  ...['0.0.0.0', '0.1.2.3', '10.0.0.1', '10.255.255.255', '100.64.0.1', '100.127.255.255', '127.0.0.1'],
  ...['127.8.8.8', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.8', '192.0.2.1'],
  ...['192.88.99.1', '192.168.1.1', '198.18.0.1', '198.19.255.255', '198.51.100.9', '203.0.113.9'],
  ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::10.0.0.1', '::7f00:1'],
  ...['64:ff9b::10.0.0.1', '64:ff9b::8.8.8.8', '64:ff9b:1::1', '100::1', '2001::1', '2001:0:53aa::1'],
  ...['2001:10::1', '2001:20::1', '2001:db8::1', '2002:7f00:1::', '2002:808:808::1', '3fff::1', '4000::1'],
  ...['fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', 'ff0e::1'],
  ...['', 'localhost', '8.8.8', '1.1.1.1 ', '08.8.8.8'],
]
const open = [
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0', '126.255.255.255'],
  ...['128.0.0.1', '169.253.255.255', '172.15.255.255', '172.32.0.0', '192.0.1.1', '192.167.255.255'],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255', '::ffff:8.8.8.8', '2606:4700:4700::1111'],
  ...['2001:200::1', '2001:4860:4860::8888', '2a00:1450::1', '2003::1', '3ffe:ffff::1'],
]

for (const address of closed) {
  test(`nothing is fetched from ${JSON.stringify(address)}`, () => assert.equal(mayReach(address, []), false))
}
for (const address of open) {
  test(`what is at ${address} may be fetched`, () => assert.equal(mayReach(address, []), true))
}

test('networks that the operator lists are reached, and no others', () => {
  const listed = [network('10.1.0.0/16'), network('64:ff9b::/96')]
  for (const [address, may] of [
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['64:ff9b::8.8.8.8', true],
    ['10.2.0.1', false],
    ['127.0.0.1', false],
  ] as const) {
    assert.equal(mayReach(address, listed), may, address)
  }
})

const loopback = network('127.0.0.0/8')
const urls: readonly (readonly [url: string, always: boolean, listed: boolean])[] = [
  ['https://app.example/keys', true, true],
  ['https://app.example:8443/keys?a=b', true, true],
  ['https://10.0.0.1/keys', true, true],
  ['http://127.0.0.1:8080/keys', false, true],
  ['http://localhost/keys', false, true],
  ['http://[::1]/keys', false, true],
  ['http://app.example/keys', false, false],
  ['http://10.0.0.1/keys', false, false],
  ['http://127.0.0.1.example/keys', false, false],
  ['http://localhost.example/keys', false, false],
  ['https://user@app.example/keys', false, false],
  ['https://user:password@app.example/keys', false, false],
  ['https://:password@app.example/keys', false, false],
  ['https://app.example/keys#one', false, false],
  ['ftp://app.example/keys', false, false],
  ['file:///etc/passwd', false, false],
  ['data:application/json,{}', false, false],
  ['javascript:1', false, false],
  ['/keys', false, false],
  ['app.example', false, false],
  ['https://', false, false],
  ['', false, false],
]
for (const [url, always, listed] of urls) {
  test(`whether ${JSON.stringify(url)} may be asked: ${always}, and ${listed} where loopback is listed`, () => {
    assert.equal(outboundUrl(url, []) !== undefined, always)
    assert.equal(outboundUrl(url, [loopback]) !== undefined, listed)
  })
}

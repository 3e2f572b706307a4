import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { test } from 'node:test'
import { clientAddress } from './address.ts'

const from = (remoteAddress: string) => ({ socket: { remoteAddress } }) as unknown as IncomingMessage

const cases = [
  {
    name: 'without a proxy the header says nothing',
    peer: '9.9.9.9',
    header: '1.1.1.1',
    proxies: 0,
    address: '9.9.9.9',
  },
  {
    name: 'without the header it is the peer',
    peer: '9.9.9.9',
    header: undefined,
    proxies: 1,
    address: '9.9.9.9',
  },
  {
    name: 'one proxy wrote the last entry',
    peer: '10.0.0.1',
    header: '1.1.1.1, 2.2.2.2',
    proxies: 1,
    address: '2.2.2.2',
  },
  {
    name: 'two proxies wrote the last two',
    peer: '10.0.0.1',
    header: '1.1.1.1, 2.2.2.2, 10.0.0.2',
    proxies: 2,
    address: '2.2.2.2',
  },
  { name: 'fewer entries than proxies', peer: '10.0.0.1', header: '2.2.2.2', proxies: 3, address: '2.2.2.2' },
  {
    name: 'an entry that is no address',
    peer: '10.0.0.1',
    header: '1.1.1.1, unknown',
    proxies: 1,
    address: '10.0.0.1',
  },
  { name: 'an empty header', peer: '10.0.0.1', header: '', proxies: 1, address: '10.0.0.1' },
  { name: 'a forged line', peer: '10.0.0.1', header: '1.1.1.1\u0000', proxies: 1, address: '10.0.0.1' },
  { name: 'IPv6', peer: '10.0.0.1', header: '2001:db8::1', proxies: 1, address: '2001:db8::1' },
  {
    name: 'IPv4 mapped into IPv6',
    peer: '::ffff:9.9.9.9',
    header: undefined,
    proxies: 0,
    address: '9.9.9.9',
  },
]
for (const { name, peer, header, proxies, address } of cases) {
  test(`the address of a client behind ${proxies} trusted proxies: ${name}`, () => {
    assert.equal(clientAddress(from(peer), header, proxies), address)
  })
}

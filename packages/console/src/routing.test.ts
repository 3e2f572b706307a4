import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf, paramsOf } from './routing.ts'

for (const { hash, path, params, query = '' } of [
  { hash: '#/devices', path: '/devices', params: {} },
  { hash: '#devices', path: '/devices', params: {} },
  { hash: '#/devices/', path: '/devices', params: {} },
  { hash: '#/devices/d_1', path: '/devices/{uid}', params: { uid: 'd_1' } },
  { hash: '#/devices/a%2Fb', path: '/devices/{uid}', params: { uid: 'a/b' } },
  { hash: '#/a/b/c', path: '/a/{first}/{second}', params: { first: 'b', second: 'c' } },
  { hash: '#/activity?event=user.sign_in', path: '/activity', params: {}, query: 'event=user.sign_in' },
  { hash: '#/devices', path: '/devices/{uid}', params: undefined },
  { hash: '#/devices/d_1', path: '/devices', params: undefined },
  { hash: '#/devices/d_1/more', path: '/devices/{uid}', params: undefined },
  { hash: '#/device', path: '/devices', params: undefined },
  { hash: '#/devices/a%2', path: '/devices/{uid}', params: undefined },
  { hash: '#/%7Buid%7D/x', path: '/devices/{uid}', params: undefined },
  { hash: '', path: '/devices', params: undefined },
]) {
  test(`the address ${hash || 'without a hash'} ${params ? 'is' : 'is not'} one of ${path}`, () => {
    const address = addressOf(hash)
    assert.deepEqual(paramsOf(path, address), params)
    assert.equal(address.query.toString(), query)
  })
}

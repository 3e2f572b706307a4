import assert from 'node:assert/strict'
import { test } from 'node:test'
import { trustworthyUrl } from './trustworthy-url.ts'

const loopback = [
  'http://localhost/',
  'http://LOCALHOST:8484/',
  'http://[::1]/',
  'http://[0:0:0:0:0:0:0:1]:80/',
  'http://127.0.0.1/',
  'http://127.255.255.254/',
  'http://127.1/',
  'http://0x7f.0.0.1/',
]
for (const url of loopback) {
  test(`${url} is this machine, to which http may be asked for`, () => {
    assert.equal(trustworthyUrl(url, true).href, new URL(url).href)
    assert.throws(() => trustworthyUrl(url, false), TypeError)
  })
}

const elsewhere = [
  'http://127.0.0.1.example.com/',
  'http://127.0.0.1.com/',
  'http://x127.0.0.1.example/',
  'http://localhost.example.com/',
  'http://example-localhost/',
  'http://[::2]/',
  'http://[::ffff:127.0.0.1]/',
  'http://126.0.0.1/',
  'http://128.0.0.1/',
  'http://27.0.0.1/',
  'http://10.0.0.1/',
  'http://0.0.0.0/',
  'ftp://127.0.0.1/',
]
for (const url of elsewhere) {
  test(`${url} is not to be trusted, whatever is asked for`, () => {
    for (const allowed of [true, false]) assert.throws(() => trustworthyUrl(url, allowed), TypeError)
  })
}

for (const credentials of ['user@', ':password@', 'user:password@']) {
  test(`a URL holds nothing like ${credentials}`, () => {
    for (const url of [`https://${credentials}id.example/`, `http://${credentials}localhost/`]) {
      assert.throws(() => trustworthyUrl(url, true), TypeError)
    }
  })
}

test('https may lead anywhere', () => {
  for (const url of ['https://id.example.com/', 'https://10.0.0.1:8443/a?b']) {
    assert.equal(trustworthyUrl(url, false).href, url)
  }
})

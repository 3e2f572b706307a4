import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bundle } from './bundle.ts'
import { sizes } from './size.ts'

const alone = [
  { platform: 'node', name: 'createVerifier' },
  { platform: 'browser', name: 'createAsyncVerifier' },
] as const
for (const { platform, name } of alone) {
  test(`whoever imports ${name} alone gets no fetch, no signing and no PEM (${platform})`, async () => {
    const { code } = await bundle([name], platform, { minify: false })
    assert.match(code, /function prepareClaimsCheck\(/)
    for (const absent of [/\bfetch\(/, /BEGIN /, /PRIVATE KEY/, /\bcreatePrivateKey\(/, /\brandomBytes\(/]) {
      assert.doesNotMatch(code, absent)
    }
    // The functions that sign, by their names.
    assert.doesNotMatch(
      code,
      /\b(prepareMaker|makerOf|makeSignatureAsync|prepareWriter|encodeHeader|signText)\b/,
    )
  })
}

test('what browsers get needs neither Buffer nor a module of Node', async () => {
  const names = [
    ...['createAsyncSigner', 'createAsyncVerifier', 'decodeUnverified', 'keySet', 'remoteKeySet'],
    ...['privateKey', 'publicKey', 'secretKey'],
  ]
  const { code } = await bundle(names, 'browser')
  assert.doesNotMatch(code, /\bBuffer\b|node:|\bprocess\b/)
})

// Bytes are the same on every machine, so that this is no benchmark. A goal that is not met says so in its row.
for (const { what, platform, names, atMost } of sizes.filter((row) => !('ifNotMet' in row))) {
  test(`what a program ships is as small as we say: ${what}`, async () => {
    const { gzipBytes } = await bundle(names, platform)
    assert.ok(gzipBytes <= atMost * 1024, `${gzipBytes} bytes`)
  })
}

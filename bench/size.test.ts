import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bundle } from './bundle.ts'

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

import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startBoundIssuer } from '../../../test/client/bound-issuer.ts'
import { ada } from '../../../test/client/issuer.ts'
import { fileKey, fileStorage } from '../file-storage.ts'

test('a program that starts again proves the key of its file, which is for its owner alone', async (t) => {
  const issuer = await startBoundIssuer(t)
  const { folder, path } = await makeFolder(t)
  const options = { storage: fileStorage(join(folder, 'session.json')), dpop: fileKey(path) }
  await issuer.open(options).signIn(ada)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(folder), ['key.json', 'session.json'])
  const again = issuer.open(options)
  issuer.expire()
  assert.equal((await again.fetch(`${issuer.url}/me`)).status, 200)
  assert.equal(new Set(issuer.proofs().map(({ jwk }) => jwk.x)).size, 1)
})

test('of many that make the key at once, all get one', async (t) => {
  const { folder, path } = await makeFolder(t)
  const keys = await Promise.all(Array.from({ length: 16 }, () => fileKey(path)('')))
  assert.equal(new Set(keys.map(({ publicJwk }) => publicJwk.x)).size, 1)
  assert.deepEqual(await readdir(folder), ['key.json'])
})

const other = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', d: 'AA' }
const badFiles: readonly { name: string; text: string; mode?: number; error: RegExp }[] = [
  { name: 'one that others may read', text: '{}', mode: 0o644, error: /0600/ },
  { name: 'one that is empty', text: '', error: /holds no key/ },
  { name: 'one that holds null', text: 'null', error: /holds no key/ },
  { name: 'one with a session in it', text: '{"issuer":"https://id.example.com"}', error: /holds no key/ },
  { name: 'one with a key that is none', text: JSON.stringify(other), error: /holds no key/ },
  { name: 'one of a megabyte', text: 'x'.repeat(1 << 20), error: /too long/ },
]

for (const { name, text, mode = 0o600, error } of badFiles) {
  test(`a key file is refused, and left alone: ${name}`, async (t) => {
    const issuer = await startBoundIssuer(t)
    const { path } = await makeFolder(t)
    await writeFile(path, text)
    await chmod(path, mode)
    await assert.rejects(issuer.open({ dpop: fileKey(path) }).signIn(ada), error)
    assert.equal(await readFile(path, 'utf8'), text)
    assert.deepEqual(issuer.paths(), [])
  })
}

test('the words of a refusal repeat nothing of the file', async (t) => {
  const { path } = await makeFolder(t)
  for (const text of ['{"d":"my secret"}', '"my secret', '{"d":my secret']) {
    await writeFile(path, text, { mode: 0o600 })
    const error: unknown = await fileKey(path)('').catch((caught: unknown) => caught)
    assert.ok(error instanceof Error)
    assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /my s/)
  }
})

async function makeFolder(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-key-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return { folder, path: join(folder, 'key.json') }
}

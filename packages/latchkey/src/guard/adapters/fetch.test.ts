import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signed } from '../../../test/guard/guarded-api.ts'
import { audience } from '../../../test/guard/issuer.ts'
import { nowMs, secretBytes } from '../../../test/token/raw-token.ts'
import { FetchRequest } from '../index.ts'
import { createGuard } from './fetch.ts'

const guard = createGuard({ secret: secretBytes, audience, issuer: 'I', now: () => nowMs })

test('a Response to HEAD has no body, and the length that GET would have', async () => {
  const metadata = guard.metadata()
  const answer = async (path: string, method: string) => {
    const request = new Request(audience + path, { method })
    return metadata(request) ?? (await guard.authenticate(request)).response
  }
  for (const path of ['/me', '/.well-known/oauth-protected-resource']) {
    const [get, head] = [await answer(path, 'GET'), await answer(path, 'HEAD')]
    assert.deepEqual([head?.status, head?.body], [get?.status, null])
    assert.equal(head?.headers.get('content-length'), String((await get?.text())?.length))
  }
})

test('who is asking comes with nothing to answer, and a refusal with nobody', async () => {
  const headers = { authorization: `Bearer ${signed()}` }
  const { auth, response } = await guard.authenticate(new Request(audience, { headers }))
  assert.deepEqual([auth?.subject, response], ['usr_1', undefined])
  const refused = await guard.authenticate(new Request(audience))
  assert.deepEqual([refused.auth, refused.response?.status], [undefined, 401])
})

const urls: readonly { url: string; path: string }[] = [
  { url: 'https://api.example.com', path: '/' },
  { url: 'https://api.example.com/a/b?c=//d', path: '/a/b?c=//d' },
  { url: 'https://api.example.com//a', path: '//a' },
]
for (const { url, path } of urls) {
  test(`the path and query of ${url} are ${path}`, () => {
    assert.equal(new FetchRequest(new Request(url)).url, path)
  })
}

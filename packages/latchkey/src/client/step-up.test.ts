import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ada, startIssuer } from '../../test/client/issuer.ts'
import type { StepUp } from './events.ts'

const header = 'Bearer error="insufficient_user_authentication", acr_values="phr phrh", max_age="300"'

async function demanding(t: Parameters<typeof startIssuer>[0]) {
  const issuer = await startIssuer(t)
  const client = await issuer.signedIn()
  const first = await issuer.tokenOf(client)
  issuer.instead.set('/open', ({ headers }) =>
    headers.authorization === `Bearer ${first}`
      ? { status: 401, headers: { 'www-authenticate': header } }
      : { status: 200 },
  )
  return { issuer, client, url: `${issuer.url}/open` }
}

test('a demand for a fresh sign-in is told, with what is asked for, and renews nothing', async (t) => {
  const { issuer, client, url } = await demanding(t)
  const told: StepUp[] = []
  client.on('step-up', (need) => told.push(need))
  assert.equal((await client.fetch(url)).status, 401)
  assert.deepEqual(told, [{ url, acrValues: ['phr', 'phrh'], maxAge: 300 }])
  assert.deepEqual([issuer.refreshes, issuer.count('/open')], [0, 1])
  assert.equal(client.session?.username, 'ada')
})

test('who signs in again at a demand has the request sent again, and is asked once for ten', async (t) => {
  const { issuer, client, url } = await demanding(t)
  let asked = 0
  client.on('step-up', async () => {
    asked += 1
    await client.signIn(ada)
  })
  const answers = await Promise.all(Array.from({ length: 10 }, () => client.fetch(url)))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.deepEqual([asked, issuer.count('/v1/login'), issuer.refreshes], [1, 2, 0])
})

test('a demand that follows a refresh is told as well, and each is met once', async (t) => {
  const { issuer, client, url } = await demanding(t)
  const seen: string[] = []
  const errors = ['invalid_token', 'insufficient_user_authentication', 'invalid_token']
  issuer.instead.set('/open', ({ headers }) => {
    seen.push(headers.authorization ?? '')
    const error = errors[seen.length - 1]
    if (error === undefined) return { status: 200 }
    return { status: 401, headers: { 'www-authenticate': `Bearer error="${error}"` } }
  })
  let asked = 0
  client.on('step-up', async () => {
    asked += 1
    await client.signIn(ada)
  })
  // The third demand is for a refresh once more: the answer stands.
  assert.equal((await client.fetch(url)).status, 401)
  assert.deepEqual([asked, issuer.refreshes, new Set(seen).size], [1, 1, 3])
  errors.length = 2
  seen.length = 0
  assert.equal((await client.fetch(url)).status, 200)
  assert.deepEqual([asked, issuer.refreshes, new Set(seen).size], [2, 2, 3])
})

test('a demand that a fresh sign-in does not meet is told once, and the answer stands', async (t) => {
  const { issuer, client, url } = await demanding(t)
  issuer.instead.set('/open', () => ({ status: 401, headers: { 'www-authenticate': header } }))
  let asked = 0
  client.on('step-up', async () => {
    asked += 1
    await client.signIn(ada)
  })
  assert.equal((await client.fetch(url)).status, 401)
  assert.deepEqual([asked, issuer.count('/open')], [1, 2])
})

test('nobody listens: the answer is the caller’s', async (t) => {
  const { client, url, issuer } = await demanding(t)
  const stop = client.on('step-up', () => assert.fail('told'))
  stop()
  assert.equal((await client.fetch(url)).status, 401)
  assert.equal(issuer.count('/open'), 1)
})

const ages: readonly { said: string; maxAge: number | undefined }[] = [
  { said: '0', maxAge: 0 },
  { said: '999999999', maxAge: 999_999_999 },
  { said: '1000000000', maxAge: undefined },
  { said: 'soon', maxAge: undefined },
  { said: '300 s', maxAge: undefined },
  { said: '-300', maxAge: undefined },
  { said: '', maxAge: undefined },
]
for (const { said, maxAge } of ages) {
  test(`a demand for a sign-in of at most ${JSON.stringify(said)} seconds ago is told as ${maxAge}`, async (t) => {
    const { client, url, issuer } = await demanding(t)
    const challenge = `Bearer error="insufficient_user_authentication", max_age="${said}"`
    issuer.instead.set('/open', () => ({ status: 401, headers: { 'www-authenticate': challenge } }))
    const told: StepUp[] = []
    client.on('step-up', (need) => told.push(need))
    await client.fetch(url)
    assert.deepEqual(told, [{ url, acrValues: [], maxAge }])
  })
}

test('on takes the names of events and functions, and nothing else', async (t) => {
  const { client } = await demanding(t)
  assert.throws(() => client.on('signed-up' as 'signed-in', () => {}), TypeError)
  assert.throws(() => client.on('signed-in', 'x' as never), TypeError)
})

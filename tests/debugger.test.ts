import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSigner, generateKey, publicKeyOf, secretKey, toJwk, toPem } from 'latchkey/token'
import { type FindingCode, words } from 'latchkey/token/explain'
import type { Page } from 'playwright-core'
import { inChromium as options } from './support/chromium.ts'
import { type OpenedConsole, openConsole, password, textsOf } from './support/console.ts'

// The debugger as a person uses it: everything is pasted, and nothing leaves the page but by the button that says so.

let opened: OpenedConsole
let page: Page
let requests: string[] = []

before(async () => {
  if (options.skip !== false) return
  opened = await openConsole({ admin: 'administrator' })
  page = opened.page
  opened.context.on('request', (request) =>
    requests.push(`${request.method()} ${new URL(request.url()).pathname}`),
  )
  await open()
})
after(async () => {
  if (options.skip !== false) return
  assert.deepEqual(opened.faults, [])
  await opened.close()
})

async function open(hash = ''): Promise<void> {
  await page.goto('about:blank')
  await page.goto(`${opened.issuer}/debugger${hash}`)
  await page.getByRole('heading', { name: 'Keys to check with' }).waitFor()
  await page.waitForLoadState('networkidle')
}

const field = (name: string) => page.getByLabel(name, { exact: true })
const verdict = () => page.locator('.verdict')
const paste = (text: string) => field('Token').fill(text)
const says = (text: string | RegExp) => verdict().getByText(text).first().waitFor()

async function giveKey(text: string): Promise<void> {
  await field('A key of mine').check()
  await field('Key set, JWK, PEM, or shared secret').fill(text)
}

const secret = 'a secret of thirty-two bytes, or more'
const key = secretKey(Buffer.from(secret), { algorithm: 'HS256' })
const segment = (text: string) => Buffer.from(text).toString('base64url')
const good = createSigner({ key, expiresIn: 600 })({ sub: 'ada' })
const [head = '', body = '', mac = ''] = good.split('.')
const hourAgo = Math.floor(Date.now() / 1000) - 3600
const withHeader = (header: object) => `${segment(JSON.stringify(header))}.${body}.${mac}`
const signed = (claims: object) => createSigner({ key })({ ...claims })

const broken: readonly { name: string; text: string; code: FindingCode; marked?: string }[] = [
  { name: 'padding', text: `${good}=`, code: 'padding', marked: '=' },
  {
    name: 'a strange character',
    text: `${head}.${body}.${mac.slice(0, 5)}!${mac.slice(6)}`,
    code: 'not_base64url',
    marked: '!',
  },
  {
    name: 'standard base64',
    text: `${head}.${body}.ab+${mac.slice(3)}`,
    code: 'standard_alphabet',
    marked: '+',
  },
  { name: 'a lost character', text: `${head}.${body}.${mac.slice(0, -2)}`, code: 'length_impossible' },
  { name: 'two parts', text: `${head}.${body}`, code: 'parts_missing' },
  { name: 'four parts', text: `${good}.x`, code: 'parts_too_many', marked: '.' },
  { name: 'no signature', text: `${head}.${body}.`, code: 'part_empty' },
  { name: 'shortened by dots', text: `${head}...`, code: 'shortened', marked: '...' },
  { name: 'JSON that breaks', text: `${head}.${segment('{"sub":\'ada\'}')}.${mac}`, code: 'json_broken' },
  {
    name: 'a member twice',
    text: `${head}.${segment('{"sub":"a","sub":"b"}')}.${mac}`,
    code: 'duplicate_member',
  },
  { name: 'no object', text: `${head}.${segment('[1]')}.${mac}`, code: 'not_object' },
  { name: 'alg none', text: withHeader({ alg: 'none' }), code: 'algorithm_none' },
  { name: 'alg in small letters', text: withHeader({ alg: 'hs256' }), code: 'algorithm_spelling' },
  { name: 'no alg', text: withHeader({ typ: 'JWT' }), code: 'algorithm_missing' },
  {
    name: 'a critical extension',
    text: withHeader({ alg: 'HS256', crit: ['x'], x: 1 }),
    code: 'critical_unknown',
  },
  { name: 'expired', text: signed({ sub: 'a', exp: hourAgo }), code: 'expired' },
  {
    name: 'not yet valid',
    text: signed({ sub: 'a', exp: hourAgo + 9e4, nbf: hourAgo + 8e4 }),
    code: 'not_yet_valid',
  },
  { name: 'no end', text: signed({ sub: 'a' }), code: 'claim_missing' },
  {
    name: 'another secret',
    text: `${head}.${segment('{"sub":"eve","exp":9999999999}')}.${mac}`,
    code: 'signature_wrong',
  },
  { name: 'after Bearer', text: `Bearer ${good}`, code: 'bearer_pasted', marked: 'Bearer ' },
  { name: 'in a header', text: `X-Token: ${good}`, code: 'taken_from_header', marked: 'X-Token: ' },
  {
    name: 'in a cookie',
    text: `Cookie: a=b; t=${good}`,
    code: 'taken_from_cookie',
    marked: 'Cookie: a=b; t=',
  },
  { name: 'in an address', text: `https://a.example/?t=${good}`, code: 'taken_from_address' },
  { name: 'in JSON', text: JSON.stringify({ access_token: good }), code: 'wrapped_in_json' },
  { name: 'in quotes', text: `"${good}"`, code: 'quoted' },
  { name: 'in two lines', text: `${good.slice(0, 30)}\n${good.slice(30)}`, code: 'space_inside' },
  {
    name: 'as JWS JSON',
    text: JSON.stringify({ protected: head, payload: body, signature: mac }),
    code: 'json_serialization',
  },
]

/** A sentence of the engine up to its first fact: enough to know it by. */
const beginning = (code: FindingCode) =>
  (words[code][0].split(/\{\w+\}/).find((piece) => piece.length > 8) ?? '').trim()

test(
  'each of many broken tokens is pasted, and its fault is found; no request leaves the page',
  options,
  async () => {
    await giveKey(secret)
    await paste(good)
    await says('Valid: the signature and all claims are good.')
    requests = []
    for (const { name, text, code, marked } of broken) {
      await paste(text)
      const found = page.locator('ol.findings > li', { hasText: beginning(code) }).first()
      await found.waitFor().catch(() => assert.fail(`${name}: ${code} is not told`))
      await verdict()
        .locator('strong', { hasText: /Refused|Right but/ })
        .waitFor()
      if (marked === undefined) continue
      const marks = await page
        .locator('#token')
        .locator('xpath=preceding-sibling::pre')
        .locator('.fault')
        .allInnerTexts()
      assert.ok(marks.join('').includes(marked), `${name}: ${JSON.stringify(marks)}`)
    }
    assert.deepEqual(requests, [])
  },
)

test("the talk's token is right but for its padding, with its secret and without", options, async () => {
  const talk =
    'eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJIUzI1NiJ9.eyJ1c2VyX2lkIjogInB5dGhvbnR3MjAxNiJ9.qhevGfl16LBHjRG2wb6xDitbGt3lDK-2iUYCsLseCJY='
  await field('The keys of this server (2)').check()
  await paste(talk)
  await says(/^Right but for its padding\. So it seems: only its key can tell\.$/)
  await giveKey('secret')
  await says(/^Right but for its padding\.$/)
  await page.locator('ul.findings > li', { hasText: 'The secret has 6 bytes' }).waitFor()
  await giveKey('Secret')
  await says('Refused.')
})

test(
  'what is edited is no longer what was pasted, until somebody signs it, and then it is theirs',
  options,
  async () => {
    await giveKey(secret)
    await paste(good)
    await says('As pasted')
    const claims = JSON.parse(await field('Payload').inputValue())
    await field('Payload').fill(JSON.stringify({ ...claims, sub: 'grace' }))
    await says('Edited here, not signed')
    assert.equal((await field('Token').inputValue()).split('.')[2], '')
    // No button for the server: it would be asked about a token that nobody has.
    assert.equal(await page.getByRole('button', { name: 'Send it and ask' }).count(), 0)
    await page.getByRole('button', { name: 'Sign', exact: true }).click()
    await says('Signed by you just now')
    await says(/With the key for HS256.*A verifier with that key would accept it\./)
    const made = await field('Token').inputValue()
    assert.notEqual(made, good)
    assert.equal(JSON.parse(Buffer.from(made.split('.')[1] ?? '', 'base64url').toString()).sub, 'grace')
    // Pasted again, the same text is a pasted one, and its signature is good.
    await page.getByRole('button', { name: 'Back to the pasted token' }).click()
    assert.equal(await field('Token').inputValue(), good)
    await paste(made)
    await says('As pasted')
    await says('Valid: the signature and all claims are good.')
    // A key that is typed signs nothing by itself.
    await giveKey('another secret, which is as long as it must be')
    await says('Refused.')
    assert.equal(await field('Token').inputValue(), made)
  },
)

test('a pasted private key signs, and its public key, its JWK and its set verify', options, async () => {
  const own = generateKey('ES256', { keyId: 'mine' })
  await paste(good)
  await giveKey(JSON.stringify(toJwk(own)))
  await page.getByText('Write "alg": "ES256" into it first.').waitFor()
  await field('Header').fill('{"alg":"ES256","typ":"JWT","kid":"mine"}')
  await page.getByRole('button', { name: 'Sign', exact: true }).click()
  await says(/With the key mine for ES256/)
  const made = await field('Token').inputValue()
  await paste(made)
  const pub = publicKeyOf(own)
  for (const text of [toPem(pub), JSON.stringify(toJwk(pub)), JSON.stringify({ keys: [toJwk(pub)] })]) {
    await giveKey(text)
    await says('Valid: the signature and all claims are good.')
  }
  await giveKey('-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----')
  await page
    .getByRole('alert')
    .getByText(/This key cannot be read: .*openssl pkey/)
    .waitFor()
})

test('of a secret it is told under which reading it fits', options, async () => {
  const written = Buffer.from(secret)
  const token = createSigner({ key, expiresIn: 600 })({ sub: 'ada' })
  await paste(token)
  for (const form of ['base64', 'base64url', 'hex'] as const) {
    await giveKey(written.toString(form))
    await says(
      new RegExp(
        `The signature fits if the secret is read as ${form === 'base64url' ? 'base64(url)?' : form}`,
      ),
    )
    await says('Valid: the signature and all claims are good.')
    await field('Read the secret as').selectOption('text')
    await says('Refused.')
    await field('Read the secret as').selectOption('auto')
  }
})

test('a token is judged as of another time', options, async () => {
  const token = createSigner({ key })({ sub: 'ada', exp: hourAgo, iat: hourAgo - 600 })
  await giveKey(secret)
  await paste(token)
  await says('Refused.')
  const before = new Date((hourAgo - 60) * 1000)
  const local = new Date(before.getTime() - before.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
  await field('Verify as of').fill(local)
  await says('Valid: the signature and all claims are good.')
  await page
    .getByText(/in 1 minute/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Now' }).click()
  await says('Refused.')
})

test(
  'a token of this server is good by keys that are there already, and the server tells whose it is when asked',
  options,
  async () => {
    const answer = await opened.server.app.edge.request('/v1/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    })
    const { access_token: token } = (await answer.json()) as { access_token: string }
    await open()
    await paste(token)
    await says('Valid: the signature and all claims are good.')
    requests = []
    await page.getByText(`sends the token to this server, ${opened.issuer}, and nowhere else`).waitFor()
    await page.getByRole('button', { name: 'Send it and ask' }).click()
    await page.getByText('It is valid now.').waitFor()
    assert.match((await textsOf(page.locator('dd'), 5)).join(' '), /usr_\w+ user administrator ses_\w+/)
    await opened.server.app.edge.request('/v1/logout', {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
    await page.getByRole('button', { name: 'Send it and ask' }).click()
    await page.getByText('It is revoked.', { exact: true }).waitFor()
    await paste(`${token}x`)
    await page.getByRole('button', { name: 'Send it and ask' }).click()
    await page.getByText('This server does not accept it').waitFor()
    assert.deepEqual(requests, ['POST /v1/verify', 'POST /v1/verify', 'POST /v1/verify'])
  },
)

test(
  'the link to share lacks the signature, and what it brings does not stay in the address',
  options,
  async () => {
    await paste(good)
    const link = await field('Link').inputValue()
    assert.ok(!link.includes(mac))
    requests = []
    await open(new URL(link).hash)
    assert.equal(await field('Token').inputValue(), `${head}.${body}.`)
    assert.equal(page.url(), `${opened.issuer}/debugger`)
    await page.locator('ol.findings > li', { hasText: 'The signature is empty.' }).waitFor()
    assert.ok(!requests.join(' ').includes(body))
  },
)

test('once it is loaded it works without a network, in both languages', options, async (t) => {
  await open()
  t.after(() => opened.context.setOffline(false))
  await opened.context.setOffline(true)
  requests = []
  await giveKey(secret)
  await paste(good)
  await says('Valid: the signature and all claims are good.')
  await field('Payload').fill('{"sub":"offline","exp":9999999999}')
  await page.getByRole('button', { name: 'Sign', exact: true }).click()
  await says('Signed by you just now')
  await page.getByRole('button', { name: '中文' }).click()
  await verdict().getByText('剛才由您簽章').waitFor()
  await page.getByLabel('權杖', { exact: true }).fill(`${good}=`)
  await verdict().getByText('除了填充字元之外都正確。').waitFor()
  assert.deepEqual(requests, [])
})

test('a DPoP proof is judged by its own key', options, async () => {
  await open()
  const own = generateKey('ES256')
  const { kid: _, ...jwk } = toJwk(publicKeyOf(own))
  await paste(
    createSigner({ key: own, type: 'dpop+jwt', header: { jwk } })({
      htm: 'GET',
      htu: 'https://a.example/',
      jti: 'x',
    }),
  )
  await says('Valid: the signature and all claims are good.')
  await says(/This is a DPoP proof/)
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createSigner, secretKey } from '../../packages/latchkey/src/token/index.ts'
import { audience, startIssuer } from '../../packages/latchkey/test/guard/issuer.ts'
import { startExample } from '../running.test-support.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const isInstalled = existsSync(here('node_modules'))
const skip = isInstalled ? false : 'the frameworks are not installed: npm ci --prefix examples/frameworks'

const secretBytes = Buffer.alloc(32, 7)
const minutesAgo = (minutes: number) => Math.floor(Date.now() / 1000) - 60 * minutes
const control = { scope: 'devices:control' }
type Claims = Readonly<Record<string, unknown>>

/** What a request is answered without the lines of the diff, and with them. */
interface Difference {
  readonly name: string
  readonly request: string
  /** None for a request without a token. */
  readonly claims?: Claims
  /** Whose token; the issuer's of the app if not given. */
  readonly by?: 'partner' | 'secret' | 'nobody'
  readonly isExpired?: true
  readonly without: number
  readonly with: number
}

const open = 'POST /devices/dev_1/open'
const features: Readonly<Record<string, readonly Difference[]>> = {
  'step-up': [
    {
      name: 'a sign-in of long ago',
      request: open,
      claims: { ...control, acr: 'high', auth_time: minutesAgo(60) },
      without: 200,
      with: 401,
    },
    {
      name: 'a weak sign-in',
      request: open,
      claims: { ...control, acr: 'low', auth_time: minutesAgo(1) },
      without: 200,
      with: 401,
    },
    {
      name: 'a strong one of now',
      request: open,
      claims: { ...control, acr: 'high', auth_time: minutesAgo(1) },
      without: 200,
      with: 200,
    },
  ],
  'own-devices': [
    {
      name: 'the device of somebody else',
      request: open,
      claims: { ...control, sub: 'usr_2' },
      without: 200,
      with: 404,
    },
    {
      name: 'a device that does not exist',
      request: 'POST /devices/dev_9/open',
      claims: control,
      without: 200,
      with: 404,
    },
    { name: 'the own device', request: open, claims: control, without: 200, with: 200 },
    { name: 'the own device without the scope', request: open, claims: {}, without: 403, with: 403 },
  ],
  'several-issuers': [
    {
      name: 'a token of the partner',
      request: 'GET /me',
      claims: {},
      by: 'partner',
      without: 401,
      with: 200,
    },
    { name: 'a token of the first issuer', request: 'GET /me', claims: {}, without: 200, with: 200 },
    { name: 'a token of a third', request: 'GET /me', claims: {}, by: 'nobody', without: 401, with: 401 },
  ],
  'shared-secret': [
    { name: 'a token by the secret', request: 'GET /me', claims: {}, by: 'secret', without: 401, with: 200 },
    { name: 'a token by the keys of the issuer', request: 'GET /me', claims: {}, without: 200, with: 401 },
  ],
  'devices-report': [
    { name: 'a person', request: 'POST /reports', claims: {}, without: 404, with: 403 },
    {
      name: 'a device',
      request: 'POST /reports',
      claims: { sub: 'dev_1', kind: 'device' },
      without: 404,
      with: 200,
    },
  ],
  'stale-tokens': [
    { name: 'an expired token', request: 'GET /news', claims: {}, isExpired: true, without: 401, with: 200 },
    { name: 'no token', request: 'GET /news', without: 200, with: 200 },
    {
      name: 'an expired token where one is required',
      request: 'GET /me',
      claims: {},
      isExpired: true,
      without: 401,
      with: 401,
    },
  ],
}

/** Beside the base, so that packages are found; Node takes no types away from what stands in `node_modules`. */
let folder = ''
before(() => {
  if (!isInstalled) return
  folder = mkdtempSync(here('.applied-'))
  for (const name of Object.keys(features)) writeFileSync(join(folder, `${name}.ts`), applied(name))
})
after(() => rmSync(folder || here('.applied-none'), { recursive: true, force: true }))

/** The base with the lines of a diff, where no repository is near that `git apply` would look into. */
function applied(name: string): string {
  const place = mkdtempSync(join(tmpdir(), 'latchkey-feature-'))
  try {
    copyFileSync(here('express.ts'), join(place, 'express.ts'))
    execFileSync('git', ['apply', here(`features/${name}.diff`)], { cwd: place })
    return readFileSync(join(place, 'express.ts'), 'utf8')
  } finally {
    rmSync(place, { recursive: true })
  }
}

test('every feature that is shown as a diff is driven here', () => {
  const shown = globSync(here('features/*.diff')).map((file) => basename(file, '.diff'))
  assert.deepEqual(shown.sort(), Object.keys(features).sort())
})

for (const [name, differences] of Object.entries(features)) {
  test(`the lines of features/${name}.diff do what they say`, { skip }, async (t) => {
    const [issuer, partner] = await Promise.all([startIssuer(t), startIssuer(t)])
    const environment = {
      LATCHKEY_ISSUER: issuer.url,
      LATCHKEY_AUDIENCE: audience,
      PARTNER_ISSUER: partner.url,
      SECRET: secretBytes.toString('base64'),
    }
    const [base, app] = await Promise.all([
      startExample(t, here('express.ts'), environment),
      startExample(t, join(folder, `${name}.ts`), environment),
    ])
    const tokenFor = ({ by, claims = {}, isExpired }: Difference): string => {
      if (by === 'partner') return partner.sign(claims)
      if (by === 'nobody') return partner.sign(claims, { issuer: 'https://id.example' })
      if (by !== 'secret') return issuer.sign(claims, isExpired ? { now: () => Date.now() - 600_000 } : {})
      const key = secretKey(secretBytes, { algorithm: 'HS256' })
      return createSigner({ key, issuer: issuer.url, audience, expiresIn: 300 })({ sub: 'usr_1', ...claims })
    }
    for (const difference of differences) {
      const [method = '', path = ''] = difference.request.split(' ')
      const headers: Record<string, string> =
        difference.claims === undefined ? {} : { authorization: `Bearer ${tokenFor(difference)}` }
      const statuses = []
      for (const url of [base, app]) {
        const response = await fetch(url + path, { method, headers })
        await response.body?.cancel()
        statuses.push(response.status)
      }
      assert.deepEqual(statuses, [difference.without, difference.with], difference.name)
    }
  })
}

test('what the diffs make of the base holds by its types', { skip }, () => {
  const options = { extends: '../tsconfig.json', include: ['*.ts'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(options))
  execFileSync('tsc', ['--noEmit', '-p', folder], { stdio: ['ignore', 'inherit', 'inherit'] })
})

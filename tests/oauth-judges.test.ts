import assert from 'node:assert/strict'
import { generateKeyPairSync, webcrypto } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import * as oidc from 'openid-client'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import type { ApplicationRow } from '../packages/server/src/applications/store.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../packages/server/src/main.ts'
import { createService } from '../packages/server/src/services/registered.ts'
import { testLog } from '../packages/server/test/app.ts'
import { placeApplication } from '../packages/server/test/applications.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { FormBrowser } from './support/form-browser.ts'

// A certified relying party that others wrote drives every flow, over a socket: `openid-client` judges what this server answers, and
// refuses what does not fit the standards.

let server: RunningServer
let issuer: string
let directory: string
let browser: FormBrowser
const callback = 'https://rp.example/back'
const keyPair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-judges-'))
  const port = await freePort()
  issuer = `http://127.0.0.1:${port}`
  const settings = { LATCHKEY_DATA: directory, LATCHKEY_PORT: String(port), LATCHKEY_MQTT_PORT: '0' }
  server = await startServer(readConfig(settings, 'development'), { log: testLog() })
  const hash = await server.app.passwords.hash('the password of ada', [])
  await createUser(server.app, operator, { username: 'ada', userType: 'customer' }, hash)
  browser = new FormBrowser(issuer)
  await browser.post('/sign-in', { username: 'ada', password: 'the password of ada' })
})
after(async () => {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

/** The ways in which a client authenticates, each with an application that does. */
const ways = {
  none: { row: { authentication: 'none', type: 'browser' }, auth: () => oidc.None() },
  client_secret_post: { row: { authentication: 'secret' }, auth: (secret) => oidc.ClientSecretPost(secret) },
  client_secret_basic: {
    row: { authentication: 'secret' },
    auth: (secret) => oidc.ClientSecretBasic(secret),
  },
  private_key_jwt: {
    row: {
      authentication: 'key',
      jwks: JSON.stringify({
        keys: [{ ...keyPair.publicKey.export({ format: 'jwk' }), kid: 'rp', alg: 'ES256' }],
      }),
    },
    auth: () => oidc.PrivateKeyJwt({ key: cryptoKey, kid: 'rp' }),
  },
} as const satisfies Record<
  string,
  { row: Partial<ApplicationRow>; auth: (secret: string) => oidc.ClientAuth }
>
const cryptoKey = await webcrypto.subtle.importKey(
  'jwk',
  keyPair.privateKey.export({ format: 'jwk' }),
  { name: 'ECDSA', namedCurve: 'P-256' },
  false,
  ['sign'],
)

async function relyingParty(way: keyof typeof ways, more: Partial<ApplicationRow> = {}) {
  const placed = await placeApplication(server, {
    ...{ name: 'RP', redirect_uris: [callback], logout_uris: ['https://rp.example/bye'] },
    grants: ['authorization_code', 'refresh_token', deviceGrant],
    scopes: ['openid', 'profile', 'email', 'offline_access', 'devices:view'],
    ...ways[way].row,
    ...more,
  })
  const config = await oidc.discovery(new URL(issuer), placed.id, undefined, ways[way].auth(placed.secret), {
    execute: [oidc.allowInsecureRequests],
  })
  return { config, id: placed.id }
}

interface Flow {
  readonly isPushed?: boolean
  readonly dpop?: oidc.DPoPHandle
  readonly parameters?: Record<string, string>
  readonly checks?: oidc.AuthorizationCodeGrantChecks
}

async function codeFlow(config: oidc.Configuration, { isPushed, dpop, parameters, checks }: Flow = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
  const [expectedState, expectedNonce] = [oidc.randomState(), oidc.randomNonce()]
  const asked = {
    ...{ redirect_uri: callback, scope: 'openid profile email offline_access devices:view' },
    ...{ state: expectedState, nonce: expectedNonce, code_challenge_method: 'S256' },
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    ...parameters,
  }
  const options = dpop && { DPoP: dpop }
  const url = isPushed
    ? await oidc.buildAuthorizationUrlWithPAR(config, asked, options)
    : oidc.buildAuthorizationUrl(config, asked)
  const back = await browser.authorize(url)
  const given = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true, ...checks }
  const tokens = await oidc.authorizationCodeGrant(config, back, given, undefined, options)
  return { tokens, back, given }
}

const refusedWith = (error: string) => (thrown: unknown) => {
  const { error: code, cause } = thrown as { error?: string; cause?: { error?: string } }
  assert.equal(code ?? cause?.error, error)
  return true
}

for (const way of Object.keys(ways) as (keyof typeof ways)[]) {
  describe(`openid-client by ${way}`, () => {
    let config: oidc.Configuration
    before(async () => {
      ;({ config } = await relyingParty(way))
    })

    for (const isPushed of [false, true]) {
      for (const isBound of [false, true]) {
        const name = `code flow${isPushed ? ', pushed' : ''}${isBound ? ', bound to a key' : ''}`
        test(`${name}: ID token, userinfo, refresh`, async () => {
          const dpop = isBound ? oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256')) : undefined
          const options = dpop && { DPoP: dpop }
          const { tokens } = await codeFlow(config, { isPushed, ...(dpop && { dpop }) })
          assert.equal(tokens.token_type, isBound ? 'dpop' : 'bearer')
          const { sub = '' } = tokens.claims() ?? {}
          const info = await oidc.fetchUserInfo(config, tokens.access_token, sub, options)
          assert.equal(info.preferred_username, 'ada')
          const next = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, options)
          assert.equal(next.token_type, tokens.token_type)
          assert.notEqual(next.refresh_token, tokens.refresh_token)
          if (!isBound) return
          await assert.rejects(oidc.fetchUserInfo(config, next.access_token, sub))
          await assert.rejects(
            oidc.refreshTokenGrant(config, next.refresh_token ?? ''),
            refusedWith('invalid_grant'),
          )
        })
      }
    }

    test('a code is redeemed once, and by nobody who lacks the verifier', async () => {
      const { back, given } = await codeFlow(config)
      await assert.rejects(oidc.authorizationCodeGrant(config, back, given), refusedWith('invalid_grant'))
      const other = await relyingParty(way)
      await assert.rejects(
        codeFlow(other.config, { checks: { pkceCodeVerifier: oidc.randomPKCECodeVerifier() } }),
        refusedWith('invalid_grant'),
      )
    })

    test('a code of another client is refused', async () => {
      const [mine, other] = [await relyingParty(way), await relyingParty(way)]
      const pkceCodeVerifier = oidc.randomPKCECodeVerifier()
      const url = oidc.buildAuthorizationUrl(other.config, {
        ...{ redirect_uri: callback, scope: 'openid', code_challenge_method: 'S256' },
        code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      })
      const back = await browser.authorize(url)
      const grant = oidc.authorizationCodeGrant(mine.config, back, {
        pkceCodeVerifier,
        idTokenExpected: true,
      })
      await assert.rejects(grant, refusedWith('invalid_grant'))
    })

    test('tokens are revoked', async () => {
      const { tokens } = await codeFlow(config)
      await oidc.tokenRevocation(config, tokens.refresh_token ?? '')
      await assert.rejects(
        oidc.refreshTokenGrant(config, tokens.refresh_token ?? ''),
        refusedWith('invalid_grant'),
      )
      await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, oidc.skipSubjectCheck))
      await oidc.tokenRevocation(config, 'unknown')
    })

    test('tokens are looked at', async () => {
      const { tokens } = await codeFlow(config)
      if (way === 'none') return assert.rejects(oidc.tokenIntrospection(config, tokens.access_token))
      const told = await oidc.tokenIntrospection(config, tokens.access_token)
      assert.deepEqual([told.active, told.token_type], [true, 'Bearer'])
      await oidc.tokenRevocation(config, tokens.access_token)
      assert.equal((await oidc.tokenIntrospection(config, tokens.access_token)).active, false)
      assert.equal((await oidc.tokenIntrospection(config, tokens.refresh_token ?? '')).active, true)
    })

    test('a device without a browser', async () => {
      const begun = await oidc.initiateDeviceAuthorization(config, { scope: 'openid devices:view' })
      assert.equal(
        (await browser.post('/device/answer', { user_code: begun.user_code, answer: 'allow' })).status,
        200,
      )
      const tokens = await oidc.pollDeviceAuthorizationGrant(config, { ...begun, interval: 1 })
      assert.equal(tokens.claims()?.aud, config.clientMetadata().client_id)
      const refused = await oidc.initiateDeviceAuthorization(config, { scope: 'openid' })
      await browser.post('/device/answer', { user_code: refused.user_code, answer: 'deny' })
      await assert.rejects(
        oidc.pollDeviceAuthorizationGrant(config, { ...refused, interval: 1 }),
        refusedWith('access_denied'),
      )
    })

    test('max_age, acr_values, claims, prompt and a hint', async () => {
      const { tokens } = await codeFlow(config, {
        parameters: {
          max_age: '3600',
          acr_values: 'urn:latchkey:acr:one-factor',
          claims: '{"id_token":{"auth_time":{"essential":true}}}',
        },
        checks: { maxAge: 3600 },
      })
      assert.equal(typeof tokens.claims()?.auth_time, 'number')
      const silent = await codeFlow(config, {
        parameters: { prompt: 'none', id_token_hint: tokens.id_token ?? '' },
      })
      assert.equal(silent.tokens.claims()?.sub, tokens.claims()?.sub)
    })

    test('a person who does not want to is told to the client, and so is a request that is wrong', async () => {
      const verifier = oidc.randomPKCECodeVerifier()
      const parameters = {
        ...{
          redirect_uri: callback,
          scope: 'openid',
          state: 's',
          code_challenge_method: 'S256',
          prompt: 'consent',
        },
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      }
      const checks = { pkceCodeVerifier: verifier, expectedState: 's' }
      const denied = await browser.authorize(oidc.buildAuthorizationUrl(config, parameters), 'deny')
      await assert.rejects(oidc.authorizationCodeGrant(config, denied, checks), refusedWith('access_denied'))
      const wrong = await browser.authorize(
        oidc.buildAuthorizationUrl(config, { ...parameters, scope: 'nonsense' }),
      )
      await assert.rejects(oidc.authorizationCodeGrant(config, wrong, checks), refusedWith('invalid_scope'))
      const nobody = new FormBrowser(issuer)
      const silent = await nobody.authorize(
        oidc.buildAuthorizationUrl(config, { ...parameters, prompt: 'none' }),
      )
      await assert.rejects(oidc.authorizationCodeGrant(config, silent, checks), refusedWith('login_required'))
      // An answer of another issuer is mixed up, and the client sees it by `iss`.
      const mixed = new URL(denied)
      mixed.searchParams.set('iss', 'https://evil.example')
      await assert.rejects(oidc.authorizationCodeGrant(config, mixed, checks), ({ cause }: Error) =>
        /unexpected "iss"/.test(String(cause)),
      )
    })

    test('signing out by the client', async () => {
      const { tokens } = await codeFlow(config, { parameters: { scope: 'openid' } })
      const url = oidc.buildEndSessionUrl(config, {
        ...{ post_logout_redirect_uri: 'https://rp.example/bye', id_token_hint: tokens.id_token ?? '' },
      })
      assert.equal(await browser.status(url), 303)
      await assert.rejects(oidc.fetchUserInfo(config, tokens.access_token, oidc.skipSubjectCheck))
      await browser.post('/sign-in', { username: 'ada', password: 'the password of ada' })
    })
  })
}

test('an application gets tokens for itself by each way to prove who it is, for shared signals alone', async () => {
  for (const way of ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const) {
    const { config } = await relyingParty(way, {
      ...{
        grants: ['authorization_code', 'client_credentials'],
        scopes: ['openid', 'ssf.read', 'ssf.manage'],
      },
    })
    const metadata = config.serverMetadata()
    assert.deepEqual(
      [metadata.backchannel_logout_supported, metadata.frontchannel_logout_session_supported],
      [true, true],
    )
    const dpop = oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256'))
    const tokens = await oidc.clientCredentialsGrant(config, { scope: 'ssf.read' }, { DPoP: dpop })
    assert.deepEqual([tokens.scope, tokens.token_type], ['ssf.read', 'dpop'])
    assert.equal((await oidc.tokenIntrospection(config, tokens.access_token)).active, true)
    const streams = new URL('/ssf/streams', issuer)
    const asked = (options?: oidc.DPoPOptions) =>
      oidc.fetchProtectedResource(config, tokens.access_token, streams, 'GET', null, undefined, options)
    assert.deepEqual(await (await asked({ DPoP: dpop })).json(), [])
    await assert.rejects(asked())
    await assert.rejects(
      oidc.clientCredentialsGrant(config, { scope: 'openid' }),
      refusedWith('invalid_scope'),
    )
  }
})

test('a service gets tokens for itself', async () => {
  const { service, secret } = await createService(server.app, operator, {
    name: 'job',
    scopes: ['devices:read'],
  })
  const config = await oidc.discovery(
    new URL(issuer),
    service.id,
    undefined,
    oidc.ClientSecretBasic(secret),
    {
      execute: [oidc.allowInsecureRequests],
    },
  )
  const tokens = await oidc.clientCredentialsGrant(config, { scope: 'devices:read' })
  assert.equal(tokens.scope, 'devices:read')
  assert.equal((await oidc.tokenIntrospection(config, tokens.access_token)).active, true)
  await assert.rejects(
    oidc.clientCredentialsGrant(config, { scope: 'users:write' }),
    refusedWith('invalid_scope'),
  )
})

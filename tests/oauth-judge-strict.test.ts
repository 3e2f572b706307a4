import assert from 'node:assert/strict'
import { generateKeyPairSync, webcrypto } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { createUser } from '../packages/server/src/accounts/users/users.ts'
import type { ApplicationRow } from '../packages/server/src/applications/store.ts'
import { readConfig } from '../packages/server/src/config/config.ts'
import { operator } from '../packages/server/src/identity.ts'
import { type RunningServer, startServer } from '../packages/server/src/main.ts'
import { createService } from '../packages/server/src/services/registered.ts'
import { giveScope } from '../packages/server/src/services/scopes/scopes.ts'
import { testLog } from '../packages/server/test/app.ts'
import { placeApplication } from '../packages/server/test/applications.ts'
import { freePort } from '../packages/server/test/free-port.ts'
import { FormBrowser } from './support/form-browser.ts'

// oauth4webapi leaves every step to its caller and refuses each answer that differs from the standards by a letter: statuses, content
// types, challenges, members. What fails has to be an error of the standards as well.

let server: RunningServer
let issuer: string
let directory: string
let browser: FormBrowser
let as: oauth.AuthorizationServer
const callback = 'https://rp.example/back'
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const http = { [oauth.allowInsecureRequests]: true } as const
const keyPair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const key = await webcrypto.subtle.importKey(
  'jwk',
  keyPair.privateKey.export({ format: 'jwk' }),
  { name: 'ECDSA', namedCurve: 'P-256' },
  false,
  ['sign'],
)

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'latchkey-strict-'))
  const port = await freePort()
  issuer = `http://127.0.0.1:${port}`
  const settings = {
    ...{ LATCHKEY_DATA: directory, LATCHKEY_PORT: String(port), LATCHKEY_MQTT_PORT: '0' },
    LATCHKEY_CLIENT_REGISTRATION: 'open',
  }
  server = await startServer(readConfig(settings, 'development'), { log: testLog() })
  const hash = await server.app.passwords.hash('the password of ada', [])
  await createUser(server.app, operator, { username: 'ada', userType: 'customer' }, hash)
  browser = new FormBrowser(issuer)
  await browser.signIn('ada', 'the password of ada')
  const response = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oauth2', ...http })
  as = await oauth.processDiscoveryResponse(new URL(issuer), response)
})
after(async () => {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
})

const ways = {
  none: { row: { authentication: 'none', type: 'browser' }, auth: () => oauth.None() },
  client_secret_post: { row: {}, auth: (secret) => oauth.ClientSecretPost(secret) },
  client_secret_basic: { row: {}, auth: (secret) => oauth.ClientSecretBasic(secret) },
  private_key_jwt: {
    row: {
      authentication: 'key',
      jwks: JSON.stringify({
        keys: [{ ...keyPair.publicKey.export({ format: 'jwk' }), kid: 'rp', alg: 'ES256' }],
      }),
    },
    auth: () => oauth.PrivateKeyJwt({ key, kid: 'rp' }),
  },
} as const satisfies Record<
  string,
  { row: Partial<ApplicationRow>; auth: (secret: string) => oauth.ClientAuth }
>
type Way = keyof typeof ways

interface Party {
  readonly client: oauth.Client
  readonly auth: oauth.ClientAuth
}

async function party(way: Way, more: Partial<ApplicationRow> = {}): Promise<Party> {
  const { id, secret } = await placeApplication(server, {
    ...{
      name: 'RP',
      redirect_uris: [callback],
      scopes: ['openid', 'profile', 'offline_access', 'devices:view'],
    },
    grants: ['authorization_code', 'refresh_token', deviceGrant, tokenExchange],
    ...ways[way].row,
    ...more,
  })
  return { client: { client_id: id }, auth: ways[way].auth(secret) }
}

interface Began {
  readonly verifier: string
  readonly state: string
  readonly nonce: string
  readonly parameters: Record<string, string>
}

async function begin({ client }: Party, more: Record<string, string> = {}): Promise<Began> {
  const [verifier, state, nonce] = [
    oauth.generateRandomCodeVerifier(),
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
  ]
  const parameters = {
    ...{ client_id: client.client_id, response_type: 'code', redirect_uri: callback, state, nonce },
    ...{ scope: 'openid profile offline_access devices:view', code_challenge_method: 'S256' },
    ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier), prompt: 'consent', ...more },
  }
  return { verifier, state, nonce, parameters }
}

const authorizeUrl = (parameters: Record<string, string>) =>
  new URL(`${as.authorization_endpoint}?${new URLSearchParams(parameters)}`)

/** The answer of the authorization endpoint, as it is judged. */
async function answered({ client }: Party, { state, parameters }: Began, answer = 'allow') {
  const back = await browser.authorize(authorizeUrl(parameters), answer)
  return oauth.validateAuthResponse(as, client, back, state)
}

interface Redeeming {
  readonly verifier?: string
  readonly DPoP?: oauth.DPoPHandle
  readonly redirectUri?: string
}

async function redeem(party: Party, began: Began, code: URLSearchParams, more: Redeeming = {}) {
  const { client, auth } = party
  const { verifier = began.verifier, redirectUri = callback, DPoP } = more
  const options = { ...http, ...(DPoP && { DPoP }) }
  const response = await oauth.authorizationCodeGrantRequest(
    as,
    client,
    auth,
    code,
    redirectUri,
    verifier,
    options,
  )
  return oauth.processAuthorizationCodeResponse(as, client, response, {
    ...{ expectedNonce: began.nonce, requireIdToken: true },
  })
}

async function signedIn(of: Party, more: Record<string, string> = {}, DPoP?: oauth.DPoPHandle) {
  const began = await begin(of, more)
  return redeem(of, began, await answered(of, began), DPoP ? { DPoP } : {})
}

const dpop = async ({ client }: Party) => oauth.DPoP(client, await oauth.generateKeyPair('ES256'))

/** An error of the standards, in the body or in the challenge. */
const refusedWith = (error: string) => (thrown: unknown) => {
  if (thrown instanceof oauth.WWWAuthenticateChallengeError) {
    assert.ok(
      thrown.cause.some(({ parameters }) => parameters.error === error),
      JSON.stringify(thrown.cause),
    )
  } else {
    assert.ok(
      thrown instanceof oauth.ResponseBodyError || thrown instanceof oauth.AuthorizationResponseError,
      `${thrown}`,
    )
    assert.equal(thrown.error, error)
  }
  return true
}

for (const way of Object.keys(ways) as Way[]) {
  describe(`oauth4webapi by ${way}`, () => {
    let rp: Party
    before(async () => {
      rp = await party(way)
    })

    test('code, ID token, userinfo, refresh', async () => {
      const tokens = await signedIn(rp)
      const claims = oauth.getValidatedIdTokenClaims(tokens)
      const { client, auth } = rp
      const info = await oauth.userInfoRequest(as, client, tokens.access_token, http)
      const told = await oauth.processUserInfoResponse(as, client, claims?.sub ?? '', info)
      assert.equal(told.preferred_username, 'ada')
      const next = await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token ?? '', http)
      assert.ok((await oauth.processRefreshTokenResponse(as, client, next)).access_token)
    })

    test('the signature of the ID token is good', async () => {
      const began = await begin(rp)
      const { client, auth } = rp
      const code = await answered(rp, began)
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        auth,
        code,
        callback,
        began.verifier,
        http,
      )
      await oauth.processAuthorizationCodeResponse(as, client, response, { expectedNonce: began.nonce })
      await oauth.validateApplicationLevelSignature(as, response, http)
    })

    test('bound to a key, from the pushed request on', async () => {
      const { client, auth } = rp
      const DPoP = await dpop(rp)
      const began = await begin(rp)
      const pushed = await oauth.pushedAuthorizationRequest(as, client, auth, began.parameters, {
        DPoP,
        ...http,
      })
      const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, pushed)
      const url = authorizeUrl({ client_id: client.client_id, request_uri })
      const code = oauth.validateAuthResponse(as, client, await browser.authorize(url), began.state)
      await assert.rejects(redeem(rp, began, code), refusedWith('invalid_grant'))
      const tokens = await redeem(rp, began, code, { DPoP })
      assert.equal(tokens.token_type, 'dpop')
      const info = await oauth.userInfoRequest(as, client, tokens.access_token, { DPoP, ...http })
      assert.ok(await oauth.processUserInfoResponse(as, client, oauth.skipSubjectCheck, info))
    })

    test('a proof by another key is refused where the token is used', async () => {
      const { client } = rp
      const tokens = await signedIn(rp, {}, await dpop(rp))
      const info = oauth.userInfoRequest(as, client, tokens.access_token, { DPoP: await dpop(rp), ...http })
      await assert.rejects(
        info.then((response) => oauth.processUserInfoResponse(as, client, oauth.skipSubjectCheck, response)),
        refusedWith('invalid_token'),
      )
    })

    test('a token that was changed is refused with a challenge', async () => {
      const { client } = rp
      const { access_token: token } = await signedIn(rp)
      const info = oauth.userInfoRequest(as, client, `${token.slice(0, -9)}AAAAAAAAA`, http)
      await assert.rejects(
        info.then((response) => oauth.processUserInfoResponse(as, client, oauth.skipSubjectCheck, response)),
        refusedWith('invalid_token'),
      )
    })

    const codes: [string, (began: Began) => Redeeming, string][] = [
      ['another verifier', () => ({ verifier: oauth.generateRandomCodeVerifier() }), 'invalid_grant'],
      ['another address', () => ({ redirectUri: `${callback}/` }), 'invalid_grant'],
    ]
    for (const [name, more, error] of codes) {
      test(`a code with ${name} is refused`, async () => {
        const began = await begin(rp)
        await assert.rejects(redeem(rp, began, await answered(rp, began), more(began)), refusedWith(error))
      })
    }

    test('a code that comes twice ends what came of it', async () => {
      const began = await begin(rp)
      const code = await answered(rp, began)
      const { refresh_token: refresh } = await redeem(rp, began, code)
      await assert.rejects(redeem(rp, began, code), refusedWith('invalid_grant'))
      const again = await oauth.refreshTokenGrantRequest(as, rp.client, rp.auth, refresh ?? '', http)
      await assert.rejects(
        oauth.processRefreshTokenResponse(as, rp.client, again),
        refusedWith('invalid_grant'),
      )
    })

    test('a refresh token of another client is refused', async () => {
      const other = await party(way)
      const { refresh_token: refresh } = await signedIn(other)
      const response = await oauth.refreshTokenGrantRequest(as, rp.client, rp.auth, refresh ?? '', http)
      await assert.rejects(
        oauth.processRefreshTokenResponse(as, rp.client, response),
        refusedWith('invalid_grant'),
      )
    })

    const requests: [string, Record<string, string>, string][] = [
      ['no scope that it may have', { scope: 'users:write' }, 'invalid_scope'],
      ['a resource that nobody has', { resource: 'https://nobody.example' }, 'invalid_target'],
      ['a token instead of a code', { response_type: 'token' }, 'unsupported_response_type'],
      ['a request by value', { request: 'a.b.c' }, 'request_not_supported'],
      ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
      ['two prompts that exclude one another', { prompt: 'none login' }, 'invalid_request'],
      ['details that are none', { authorization_details: '{}' }, 'invalid_authorization_details'],
    ]
    for (const [name, more, error] of requests) {
      test(`a request with ${name} is refused: ${error}`, async () => {
        await assert.rejects(answered(rp, await begin(rp, more)), refusedWith(error))
      })
    }

    test('a person who does not want to is told of', async () => {
      await assert.rejects(answered(rp, await begin(rp), 'deny'), refusedWith('access_denied'))
    })

    test('a token is revoked, and an unknown one as well', async () => {
      const { client, auth } = rp
      const tokens = await signedIn(rp)
      for (const token of [tokens.refresh_token ?? '', 'unknown']) {
        await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, http))
      }
      const again = await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token ?? '', http)
      await assert.rejects(oauth.processRefreshTokenResponse(as, client, again), refusedWith('invalid_grant'))
    })

    test('a token is narrowed by an exchange, and not widened', async () => {
      const { client, auth } = rp
      const { access_token: token } = await signedIn(rp)
      const exchange = async (scope: string) => {
        const parameters = {
          ...{
            subject_token: token,
            subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
            scope,
          },
        }
        const response = await oauth.genericTokenEndpointRequest(
          as,
          client,
          auth,
          tokenExchange,
          parameters,
          http,
        )
        return oauth.processGenericTokenEndpointResponse(as, client, response)
      }
      assert.equal((await exchange('devices:view')).scope, 'devices:view')
      await assert.rejects(exchange('devices:control'), refusedWith('invalid_scope'))
    })

    test('a device without a browser waits, is let in, or is not', async () => {
      const { client, auth } = rp
      const ask = async () => {
        const response = await oauth.deviceAuthorizationRequest(as, client, auth, { scope: 'openid' }, http)
        return oauth.processDeviceAuthorizationResponse(as, client, response)
      }
      const poll = async (code: string) =>
        oauth.processDeviceCodeResponse(
          as,
          client,
          await oauth.deviceCodeGrantRequest(as, client, auth, code, http),
        )
      const begun = await ask()
      await assert.rejects(poll(begun.device_code), refusedWith('authorization_pending'))
      await assert.rejects(poll(begun.device_code), refusedWith('slow_down'))
      await browser.post('/device/answer', { user_code: begun.user_code, answer: 'allow' })
      assert.ok((await poll(begun.device_code)).id_token)
      const denied = await ask()
      await browser.post('/device/answer', { user_code: denied.user_code, answer: 'deny' })
      await assert.rejects(poll(denied.device_code), refusedWith('access_denied'))
      await assert.rejects(poll('unknown'), refusedWith('invalid_grant'))
    })

    if (way === 'none') return
    test('a wrong secret, or a key that is not its own, is no client', async () => {
      const { client } = rp
      const stranger = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
        'sign',
      ])
      const wrong =
        way === 'private_key_jwt'
          ? oauth.PrivateKeyJwt({ key: stranger.privateKey, kid: 'rp' })
          : ways[way].auth('lk_client_wrong')
      const response = await oauth.refreshTokenGrantRequest(as, client, wrong, 'x', http)
      await assert.rejects(oauth.processRefreshTokenResponse(as, client, response), (thrown: unknown) => {
        // RFC 6749 section 5.2: 401 with a challenge, of which the judge tells before it reads the body.
        assert.ok(thrown instanceof oauth.WWWAuthenticateChallengeError, `${thrown}`)
        assert.deepEqual([thrown.status, thrown.cause.map(({ scheme }) => scheme)], [401, ['basic']])
        return true
      })
    })

    test('introspection tells of a token while it lives', async () => {
      const { client, auth } = rp
      const { access_token: token } = await signedIn(rp)
      const look = async () =>
        oauth.processIntrospectionResponse(
          as,
          client,
          await oauth.introspectionRequest(as, client, auth, token, http),
        )
      assert.equal((await look()).active, true)
      await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, token, http))
      assert.equal((await look()).active, false)
    })
  })
}

test('the metadata of OpenID Connect are the same', async () => {
  const response = await oauth.discoveryRequest(new URL(issuer), { algorithm: 'oidc', ...http })
  assert.deepEqual(await oauth.processDiscoveryResponse(new URL(issuer), response), as)
})

test('an access token for a service is a JWT of RFC 9068 there', async () => {
  const { service } = await createService(server.app, operator, {
    ...{ name: 'pages', scopes: [], audience: 'https://pages.example', knownScopes: ['pages:read'] },
  })
  await giveScope(server.app, operator, service.id, 'pages:read', { kind: 'user_type', name: 'customer' })
  const rp = await party('client_secret_basic', { scopes: ['openid', 'pages:read'] })
  const { access_token: token } = await signedIn(rp, {
    ...{ scope: 'openid pages:read', resource: 'https://pages.example' },
  })
  const request = new Request('https://pages.example/', { headers: { authorization: `Bearer ${token}` } })
  const claims = await oauth.validateJwtAccessToken(as, request, 'https://pages.example', http)
  assert.equal(claims.scope, 'pages:read')
  const elsewhere = new Request('https://other.example/', { headers: { authorization: `Bearer ${token}` } })
  await assert.rejects(oauth.validateJwtAccessToken(as, elsewhere, 'https://other.example', http))
})

test('a client registers itself, signs somebody in, and is told what is wrong with another', async () => {
  const register = async (metadata: Partial<oauth.Client>) =>
    oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(as, metadata as never, http),
    )
  const client = await register({
    redirect_uris: [callback],
    token_endpoint_auth_method: 'client_secret_basic',
  })
  const auth = oauth.ClientSecretBasic(String(client.client_secret))
  const tokens = await signedIn({ client, auth }, { scope: 'openid' })
  assert.equal(oauth.getValidatedIdTokenClaims(tokens)?.aud, client.client_id)
  await assert.rejects(
    register({ redirect_uris: ['http://rp.example/back'] }),
    refusedWith('invalid_redirect_uri'),
  )
})

test('an answer of another issuer is noticed', async () => {
  const rp = await party('none')
  const began = await begin(rp)
  const back = await browser.authorize(authorizeUrl(began.parameters))
  back.searchParams.set('iss', 'https://evil.example')
  assert.throws(() => oauth.validateAuthResponse(as, rp.client, back, began.state), /iss/)
  back.searchParams.set('iss', issuer)
  assert.throws(() => oauth.validateAuthResponse(as, rp.client, back, 'another'), /state/)
})

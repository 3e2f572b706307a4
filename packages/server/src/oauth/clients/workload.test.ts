import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openTestApp, type SignedIn, type TestApp, testIssuer } from '../../../test/app.ts'
import { asserted, placeApplication, type TestApplication } from '../../../test/applications.ts'
import { type KeySetServer, openKeySetServer } from '../../../test/key-set-server.ts'
import { type Signer, signedBy, signedByPublicKey, unsigned } from '../../../test/partner.ts'
import { type ClientKey, newClientKey } from '../../../test/proofs.ts'
import { engines } from '../../../test/storages.ts'
import { findWorkloads } from '../../applications/workloads/store.ts'
import { operator } from '../../identity.ts'
import { createService, disableService } from '../../services/registered.ts'

const key = newClientKey('RS256')
const other = newClientKey('RS256')

for (const engine of engines) {
  describe(`workload identity on ${engine}`, () => {
    let house: TestApp
    let admin: SignedIn
    let server: KeySetServer
    let issuer: string
    let service: string
    let application: TestApplication
    let discovery: object | string
    before(async () => {
      house = await openTestApp(engine, { LATCHKEY_OUTBOUND_NETWORKS: '127.0.0.0/8' })
      server = await openKeySetServer()
      issuer = new URL(server.url).origin
      server.answer = (response) => {
        const isDiscovery = response.req.url === '/.well-known/openid-configuration'
        const body = isDiscovery
          ? discovery
          : { keys: [{ ...key.jwk, kid: 'one', use: 'sig', alg: 'RS256' }] }
        response.end(typeof body === 'string' ? body : JSON.stringify(body))
      }
      admin = await house.signedIn('root', 'administrator')
      service = (await createService(house.app, operator, { name: 'deploy', scopes: ['users:read'] })).service
        .id
      application = await placeApplication(house)
      await trust('services', service, { subject: 'repo:octo-org/octo-repo:ref:refs/heads/*' })
      await trust('services', service, {
        ...{ subject: 'system:serviceaccount:shop:orders', audience: 'latchkey', reuse: 'life' },
      })
      await trust('applications', application.id, { subject: 'repo:octo-org/site:environment:production' })
    })
    after(async () => {
      await server.close()
      await house.close()
    })
    beforeEach(() => {
      discovery = { issuer, jwks_uri: `${issuer}/keys` }
    })

    async function trust(noun: 'services' | 'applications', id: string, more: object) {
      const answer = await house.call('POST', `/v1/${noun}/${id}/workloads`, {
        ...{ token: admin.token, body: { issuer, ...more } },
      })
      assert.equal(answer.status, 201, answer.text)
      return answer.body
    }

    const seconds = () => Math.floor(house.world.now() / 1000)
    function signed(header: object, claims: object, by: Signer = signedBy(key)): string {
      const input = [header, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      return `${input}.${by(input)}`
    }
    /** As a build server signs it for a job. */
    const ofGithub = (more: object = {}, header: object = {}, by?: Signer) =>
      signed(
        { typ: 'JWT', alg: 'RS256', x5t: 'HyrbhMhQSTGUYGTE0lTPMfzPIWg', kid: 'one', ...header },
        {
          ...{ jti: randomUUID(), sub: 'repo:octo-org/octo-repo:ref:refs/heads/main', aud: testIssuer },
          ...{ ref: 'refs/heads/main', sha: 'b0a7', repository: 'octo-org/octo-repo', actor: 'octocat' },
          ...{ workflow: 'deploy', run_id: '1', event_name: 'push', ref_type: 'branch', iss: issuer },
          ...{ nbf: seconds() - 300, exp: seconds() + 600, iat: seconds() },
          ...more,
        },
        by,
      )
    /** As it signs it for a job that the application trusts. */
    const ofSite = (more: object = {}, ...others: [header?: object, by?: Signer]) =>
      ofGithub({ sub: 'repo:octo-org/site:environment:production', ...more }, ...others)
    /** As a cluster projects it into a pod. */
    const ofKubernetes = (more: object = {}) =>
      signed(
        { alg: 'RS256', kid: 'one' },
        {
          ...{ aud: ['latchkey'], exp: seconds() + 3607, iat: seconds(), nbf: seconds(), iss: issuer },
          'kubernetes.io': {
            namespace: 'shop',
            pod: { name: 'orders-7c9', uid: 'd1' },
            serviceaccount: { name: 'orders', uid: 'a1' },
          },
          sub: 'system:serviceaccount:shop:orders',
          ...more,
        },
      )

    const ask = (assertion: string, client = service) =>
      house.call('POST', '/oauth/token', {
        form: { grant_type: 'client_credentials', client_id: client, ...asserted(assertion) },
      })
    async function reasonOf(work: () => ReturnType<typeof ask>) {
      await house.app.activity.flushRefusals(true)
      house.world.advance(1)
      const { status, body } = await work()
      assert.deepEqual([status, body.error], [401, 'invalid_client'])
      const [row] = await house.app.db.query<{ reason: string }>(
        `SELECT reason FROM activity WHERE event = 'service.token' AND outcome = 'refused' AND at = $1`,
        house.world.now(),
      )
      return row?.reason
    }

    const refused: { name: string; ask: () => ReturnType<typeof ask>; reason: string }[] = [
      {
        name: 'another repository',
        ask: () => ask(ofGithub({ sub: 'repo:octo-org/other:ref:refs/heads/main' })),
        reason: 'subject_unknown',
      },
      {
        name: 'another owner whose name begins alike',
        ask: () => ask(ofGithub({ sub: 'repo:octo-org2/octo-repo:ref:refs/heads/main' })),
        reason: 'subject_unknown',
      },
      {
        name: 'a pull request of the repository',
        ask: () => ask(ofGithub({ sub: 'repo:octo-org/octo-repo:pull_request' })),
        reason: 'subject_unknown',
      },
      {
        name: 'another account of the namespace',
        ask: () => ask(ofKubernetes({ sub: 'system:serviceaccount:shop:orders2' })),
        reason: 'subject_unknown',
      },
      { name: 'no subject', ask: () => ask(ofGithub({ sub: undefined })), reason: 'subject_unknown' },
      {
        name: 'another audience',
        ask: () => ask(ofGithub({ aud: 'sts.other.example' })),
        reason: 'audience_mismatch',
      },
      {
        name: 'the audience of another identity of it',
        ask: () => ask(ofGithub({ aud: 'latchkey' })),
        reason: 'audience_mismatch',
      },
      {
        name: 'an audience among others',
        ask: () => ask(ofKubernetes({ aud: ['latchkey', 'https://kubernetes.default.svc'] })),
        reason: 'audience_mismatch',
      },
      {
        name: 'a token that is over',
        ask: () => ask(ofGithub({ exp: seconds() - 31 })),
        reason: 'token_expired',
      },
      {
        name: 'a token for ever',
        ask: () => ask(ofKubernetes({ exp: undefined })),
        reason: 'times_malformed',
      },
      {
        name: 'a token for a year',
        ask: () => ask(ofKubernetes({ exp: seconds() + 31_536_000 })),
        reason: 'life_too_long',
      },
      {
        name: 'a token for a day and a second',
        ask: () => ask(ofKubernetes({ exp: seconds() + 86_401 })),
        reason: 'life_too_long',
      },
      {
        name: 'a token to come',
        ask: () => ask(ofGithub({ nbf: seconds() + 60 })),
        reason: 'token_not_yet_valid',
      },
      { name: 'another key', ask: () => ask(ofGithub({}, {}, signedBy(other))), reason: 'signature_invalid' },
      {
        name: 'the public key as a secret',
        ask: () => ask(ofGithub({}, { alg: 'HS256' }, signedByPublicKey(key as ClientKey))),
        reason: 'algorithm_not_allowed',
      },
      {
        name: 'an access token of the issuer',
        ask: () => ask(ofGithub({}, { typ: 'at+jwt' })),
        reason: 'type_unknown',
      },
      {
        name: 'an issuer that nobody trusts',
        ask: () => ask(ofGithub({ iss: 'https://other.example' })),
        reason: 'method_other',
      },
      {
        name: 'the identity of another client',
        ask: () => ask(ofGithub({ sub: 'repo:octo-org/site:environment:production' })),
        reason: 'subject_unknown',
      },
      {
        name: 'a token that was used',
        ask: async () => {
          const token = ofGithub()
          assert.equal((await ask(token)).status, 200)
          return ask(token)
        },
        reason: 'assertion_used',
      },
      {
        name: 'a token without an id that was used',
        ask: async () => {
          const token = ofGithub({ jti: undefined })
          assert.equal((await ask(token)).status, 200)
          return ask(token)
        },
        reason: 'assertion_used',
      },
      {
        name: 'another repository for an application',
        ask: () => ask(ofGithub(), application.id),
        reason: 'subject_unknown',
      },
      {
        name: 'another key for an application',
        ask: () => ask(ofSite({}, {}, signedBy(other)), application.id),
        reason: 'signature_invalid',
      },
      {
        name: 'a token for an application that is over',
        ask: () => ask(ofSite({ exp: seconds() - 31 }), application.id),
        reason: 'token_expired',
      },
      {
        name: 'an unknown client',
        ask: () => ask(ofGithub(), `svc_${'0'.repeat(26)}`),
        reason: 'client_unknown',
      },
    ]
    for (const { name, ask: asking, reason } of refused) {
      test(`refuses ${name}: ${reason}`, async () => assert.equal(await reasonOf(asking), reason))
    }

    test('refuses an unsigned token', async () => {
      assert.equal((await ask(ofGithub({}, { alg: 'none' }, unsigned))).status, 401)
    })

    for (const [name, more] of [
      ['of a day', () => ({ exp: house.world.now() / 1000 + 86_400 })],
      ['with an empty id', () => ({ jti: '' })],
      ['with another one of no text', () => ({ jti: '', run_id: '2' })],
      ['whose id is a number', () => ({ jti: 7 })],
      ['with another one whose id is a number', () => ({ jti: 7, run_id: '2' })],
    ] as const) {
      test(`a token ${name} is taken`, async () => assert.equal((await ask(ofGithub(more()))).status, 200))
    }

    test('a job of a build server gets a token for its service, once', async () => {
      const { status, body } = await ask(ofGithub())
      assert.deepEqual([status, body.scope], [200, 'users:read'])
      const branch = ofGithub({ sub: 'repo:octo-org/octo-repo:ref:refs/heads/feature/x' })
      assert.equal((await ask(branch)).status, 200)
    })

    test('a pod gets tokens for the life of its own, and when is noted', async () => {
      const token = ofKubernetes()
      for (let times = 0; times < 3; times++) assert.equal((await ask(token)).status, 200)
      await house.app.applications.uses.flush()
      const [, pod] = await findWorkloads(house.app.db, service)
      assert.equal(pod?.last_used_at, house.world.now())
    })

    test('one of 32 that come at once is taken', async () => {
      const token = ofGithub()
      const answers = await Promise.all(Array.from({ length: 32 }, () => ask(token)))
      assert.equal(answers.filter(({ status }) => status === 200).length, 1)
    })

    test('the keys are read once for many', async () => {
      const before = server.asked
      for (let times = 0; times < 5; times++) await ask(ofGithub())
      assert.equal(server.asked, before)
    })

    const lies: { name: string; said: object | string }[] = [
      { name: 'of another issuer', said: { issuer: 'https://other.example', jwks_uri: 'x' } },
      { name: 'without keys', said: { issuer: 'x' } },
      { name: 'that is no JSON', said: '<p>' },
      { name: 'that leads inside', said: { jwks_uri: 'http://10.0.0.1/keys' } },
    ]
    for (const { name, said } of lies) {
      test(`a discovery document ${name} verifies nothing`, async () => {
        house.world.advance(86_400_000)
        discovery = typeof said === 'string' ? said : { issuer, ...said }
        assert.equal(await reasonOf(() => ask(ofGithub())), 'issuer_unknown')
        house.world.advance(86_400_000)
      })
    }

    async function signInAgain(): Promise<void> {
      const again = await house.call('POST', '/v1/login', {
        body: { username: admin.username, password: admin.password },
      })
      admin = { ...admin, token: again.body.access_token }
    }

    test('an issuer with a slash at its end has its document where others have theirs', async () => {
      house.world.advance(86_400_000)
      await signInAgain()
      const own = (await createService(house.app, operator, { name: 'slashed', scopes: [] })).service.id
      await trust('services', own, { issuer: `${issuer}/`, subject: 'repo:octo-org/slashed:x' })
      discovery = { issuer: `${issuer}/`, jwks_uri: `${issuer}/keys` }
      const token = (iss: string) => ofGithub({ iss, sub: 'repo:octo-org/slashed:x' })
      assert.equal((await ask(token(`${issuer}/`), own)).status, 200)
      assert.equal((await ask(token(issuer), own)).status, 401)
      house.world.advance(86_400_000)
    })

    test('a service that is disabled gets nothing by it', async () => {
      const off = (await createService(house.app, operator, { name: 'off', scopes: [] })).service.id
      await signInAgain()
      await trust('services', off, { subject: 'repo:octo-org/off:environment:x' })
      await disableService(house.app, operator, off)
      const token = ofGithub({ sub: 'repo:octo-org/off:environment:x' })
      assert.equal(await reasonOf(() => ask(token, off)), 'service_disabled')
    })

    test('an application is authenticated by it as well, until it is trusted no more', async () => {
      const path = `/v1/applications/${application.id}/workloads`
      const [row] = (await house.call('GET', path, { token: admin.token })).body.items
      // Its grants do not have this one, which is said behind the authentication.
      assert.notEqual((await ask(ofSite(), application.id)).status, 401)
      const gone = await house.call('DELETE', `${path}/${row?.id}`, { token: admin.token })
      assert.equal(gone.status, 204)
      assert.equal((await ask(ofSite(), application.id)).status, 401)
      const again = await house.call('DELETE', `${path}/${row?.id}`, { token: admin.token })
      assert.equal(again.body.code, 'key_not_found')
    })

    const untrusted: { name: string; given: object; field: string }[] = [
      { name: 'any subject', given: { subject: '*' }, field: '/subject' },
      { name: 'nearly any subject', given: { subject: 'repo*' }, field: '/subject' },
      { name: 'a subject with a blank', given: { subject: 'repo:a b' }, field: '/subject' },
      { name: 'four asterisks', given: { subject: 'repo:a*b*c*d*' }, field: '/subject' },
      { name: 'an issuer in the clear', given: { issuer: 'http://issuer.example' }, field: '/issuer' },
      { name: 'this server as issuer', given: { issuer: testIssuer }, field: '/issuer' },
      { name: 'an issuer with a query', given: { issuer: 'https://issuer.example?x' }, field: '/issuer' },
      { name: 'an audience of 201 characters', given: { audience: 'a'.repeat(201) }, field: '/audience' },
      { name: 'an audience with a blank', given: { audience: 'a b' }, field: '/audience' },
    ]
    for (const { name, given, field } of untrusted) {
      test(`is not set up for ${name}`, async () => {
        const body = { issuer: 'https://issuer.example', subject: 'repo:octo-org/octo-repo:x', ...given }
        const answer = await house.call('POST', `/v1/services/${service}/workloads`, {
          token: admin.token,
          body,
        })
        assert.deepEqual([answer.status, answer.body.errors[0]?.field], [400, field])
      })
    }

    test('is one of twenty of a client, by an issuer of 500 characters too, and of no more', async () => {
      const { id } = (await createService(house.app, operator, { name: 'many', scopes: [] })).service
      const add = async (at: number, length: number) => {
        const body = { issuer: `https://issuer.example/`.padEnd(length, 'x'), subject: `repo:a/b:${at}` }
        return house.call('POST', `/v1/services/${id}/workloads`, { token: admin.token, body })
      }
      assert.equal((await add(0, 501)).body.errors[0]?.field, '/issuer')
      for (let at = 1; at <= 20; at += 1) assert.equal((await add(at, 500)).status, 201)
      assert.equal((await add(21, 500)).body.code, 'key_limit_reached')
    })

    test('is not set up for a public application, nor for a client that there is not', async () => {
      const { id } = await placeApplication(house, { type: 'browser', authentication: 'none' })
      const body = { issuer: 'https://issuer.example', subject: 'repo:octo-org/octo-repo:x' }
      const at = (path: string) => house.call('POST', path, { token: admin.token, body })
      assert.equal((await at(`/v1/applications/${id}/workloads`)).body.code, 'request_invalid')
      assert.equal((await at('/v1/applications/cli_x/workloads')).body.code, 'application_not_found')
      assert.equal((await at('/v1/services/svc_x/workloads')).body.code, 'service_not_found')
      assert.equal((await at(`/v1/services/${application.id}/workloads`)).body.code, 'service_not_found')
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}

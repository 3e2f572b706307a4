import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { openTestApp, type TestApp, testIssuer } from '../../../test/app.ts'
import {
  asserted,
  clientAssertion,
  placeApplication,
  placeSecret,
  type TestApplication,
} from '../../../test/applications.ts'
import { type KeySetServer, openKeySetServer } from '../../../test/key-set-server.ts'
import { signedBy, signedByPublicKey, unsigned } from '../../../test/partner.ts'
import { newClientKey } from '../../../test/proofs.ts'
import { engines } from '../../../test/storages.ts'
import { parseNetwork } from '../../addresses/networks.ts'
import { createDocuments } from '../../applications/documents/documents.ts'
import { findApplication, findSecrets } from '../../applications/store.ts'
import { Refusal } from '../../errors.ts'
import { operator } from '../../identity.ts'
import { createOutbound } from '../../outbound/outbound.ts'
import { newSecret } from '../../secrets/secrets.ts'
import { createService, disableService } from '../../services/registered.ts'
import { authenticateClient } from './authenticate.ts'
import type { ClientsGround } from './ground.ts'
import { createClientKeys } from './keys.ts'
import type { ClientRequest } from './presented.ts'

const keys = {
  es: newClientKey('ES256'),
  rs: newClientKey('RS256'),
  ed: newClientKey('EdDSA'),
  other: newClientKey('ES256'),
}
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
const jwksOf = (...some: object[]) => JSON.stringify({ keys: some })

for (const engine of engines) {
  describe(`client authentication on ${engine}`, () => {
    let house: TestApp
    let ground: ClientsGround
    let server: KeySetServer
    let service: { id: string; secret: string }
    let web: TestApplication
    let gone: TestApplication
    let open: TestApplication
    let keyed: TestApplication
    let keyedGone: TestApplication
    let published: TestApplication
    const client = { address: '192.0.2.7' }

    before(async () => {
      house = await openTestApp(engine)
      server = await openKeySetServer()
      const { app, world } = house
      const outbound = createOutbound({ networks: [parseNetwork('127.0.0.0/8')!] })
      const documents = createDocuments({ ...app, outbound })
      ground = {
        ...{ db: app.db, world, issuer: testIssuer, proofs: app.proofs },
        clientKeys: createClientKeys(documents),
        findApplication: app.applications.find,
        noteClientUse: app.applications.uses.note,
      }
      const made = await createService(app, operator, { name: 'reporting', scopes: [] })
      service = { id: made.service.id, secret: made.secret }
      web = await placeApplication(house)
      gone = await placeApplication(house, { disabled_at: 1 })
      open = await placeApplication(house, { type: 'browser', authentication: 'none' })
      const jwks = jwksOf(
        { ...keys.es.jwk, kid: 'es' },
        { ...keys.rs.jwk, kid: 'rs' },
        { ...keys.ed.jwk, kid: 'ed' },
      )
      keyed = await placeApplication(house, { authentication: 'key', jwks })
      keyedGone = await placeApplication(house, { authentication: 'key', jwks, disabled_at: 1 })
      published = await placeApplication(house, { authentication: 'key', jwks_uri: server.url })
    })
    after(async () => {
      await server.close()
      await house.close()
    })
    // Past the pause between two reads of a key set.
    beforeEach(() => house.world.advance(31_000))

    const ask = (form: ClientRequest['form'], authorization?: string) =>
      authenticateClient(ground, { form, authorization }, client)
    const assertion = (more: Parameters<typeof clientAssertion>[3] = {}, key = keys.es, id = keyed.id) =>
      clientAssertion(house, id, key, more)
    const claims = (more: object) => ask(asserted(assertion({ claims: more })))
    const header = (more: object) => ask(asserted(assertion({ header: more })))
    const inSeconds = (seconds: number) => Math.floor(house.world.now() / 1000) + seconds

    const malformed = 'client_authentication_malformed'
    const refused: { name: string; ask: () => Promise<unknown>; reason: string; code?: string }[] = [
      { name: 'nothing at all', ask: () => ask({}), reason: malformed },
      { name: 'a secret without an id', ask: () => ask({ client_secret: web.secret }), reason: malformed },
      {
        name: 'a secret in the header and in the form',
        ask: () => ask({ client_secret: web.secret }, basic(web.id, web.secret)),
        code: 'request_invalid',
        reason: malformed,
      },
      {
        name: 'a secret and an assertion',
        ask: () => ask({ client_id: keyed.id, client_secret: web.secret, ...asserted(assertion()) }),
        code: 'request_invalid',
        reason: malformed,
      },
      {
        name: 'an assertion and Basic credentials',
        ask: () => ask(asserted(assertion()), basic(web.id, web.secret)),
        code: 'request_invalid',
        reason: malformed,
      },
      {
        name: 'another id in the form than in the header',
        ask: () => ask({ client_id: open.id }, basic(web.id, web.secret)),
        code: 'request_invalid',
        reason: malformed,
      },
      { name: 'another scheme', ask: () => ask({ client_id: open.id }, 'Bearer abc'), reason: malformed },
      {
        name: 'Basic with something before it',
        ask: () => ask({}, `x${basic(web.id, web.secret)}`),
        reason: malformed,
      },
      {
        name: 'Basic with something behind it',
        ask: () => ask({}, `${basic(web.id, web.secret)} x`),
        reason: malformed,
      },
      { name: 'Basic without a colon', ask: () => ask({}, 'Basic eA=='), reason: malformed },
      { name: 'Basic without an id', ask: () => ask({}, basic('', web.secret)), reason: malformed },
      {
        name: 'another id in the form than in a header without a secret',
        ask: () => ask({ client_id: web.id }, basic(open.id, '')),
        reason: malformed,
        code: 'request_invalid',
      },
      {
        name: 'an assertion without its type',
        ask: () => ask({ client_assertion: assertion() }),
        reason: malformed,
      },
      {
        name: 'an assertion without its type, of a client that needs none',
        ask: () => ask({ client_id: open.id, client_assertion: assertion() }),
        reason: malformed,
      },
      {
        name: 'a type without an assertion',
        ask: () => ask({ client_id: open.id, client_assertion_type: asserted('').client_assertion_type }),
        reason: malformed,
      },
      {
        name: 'an assertion of SAML',
        ask: () =>
          ask({
            client_assertion: assertion(),
            client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
          }),
        reason: malformed,
      },
      {
        name: 'an assertion that says nothing',
        ask: () => ask({ client_id: keyed.id, ...asserted(assertion().replace(/\..*\./, '..')) }),
        reason: 'token_malformed',
      },
      { name: 'an assertion that is no JWT', ask: () => ask(asserted('a.b.c')), reason: malformed },
      {
        name: 'an assertion that names nobody',
        ask: () => ask(asserted(assertion({ claims: { sub: undefined } }))),
        reason: malformed,
      },

      { name: 'an unknown id', ask: () => ask({ client_id: 'cli_x' }), reason: 'client_unknown' },
      { name: 'an id with NUL', ask: () => ask({ client_id: 'cli_\0' }), reason: 'client_unknown' },
      {
        name: 'an unknown id with a secret',
        ask: () => ask({}, basic(`cli_${'0'.repeat(26)}`, web.secret)),
        reason: 'client_unknown',
      },
      {
        name: 'an unknown id with an assertion',
        ask: () => ask(asserted(assertion({}, keys.es, `cli_${'0'.repeat(26)}`))),
        reason: 'client_unknown',
      },
      {
        name: 'a disabled application',
        ask: () => ask({}, basic(gone.id, gone.secret)),
        reason: 'client_disabled',
      },
      {
        name: 'a disabled application with its key',
        ask: () => ask(asserted(assertion({}, keys.es, keyedGone.id))),
        reason: 'client_disabled',
      },

      {
        name: 'a confidential one that sends no secret',
        ask: () => ask({ client_id: web.id }),
        reason: 'method_other',
      },
      {
        name: 'a confidential one whose secret in the header is empty',
        ask: () => ask({}, basic(web.id, '')),
        reason: 'method_other',
      },
      {
        name: 'a service whose secret in the header is empty',
        ask: () => ask({}, basic(service.id, '')),
        reason: 'method_other',
      },
      {
        name: 'one with a key that sends no assertion',
        ask: () => ask({ client_id: keyed.id }),
        reason: 'method_other',
      },
      {
        name: 'one with a key that sends a secret',
        ask: () => ask({}, basic(keyed.id, web.secret)),
        reason: 'method_other',
      },
      {
        name: 'one with a secret that sends an assertion',
        ask: () => ask(asserted(assertion({}, keys.es, web.id))),
        reason: 'method_other',
      },
      {
        name: 'a public one that sends a secret',
        ask: () => ask({ client_id: open.id, client_secret: web.secret }),
        reason: 'method_other',
      },
      {
        name: 'a public one that sends Basic credentials',
        ask: () => ask({}, basic(open.id, web.secret)),
        reason: 'method_other',
      },
      {
        name: 'a service without its secret',
        ask: () => ask({ client_id: service.id }),
        reason: 'method_other',
      },
      {
        name: 'a service with an assertion',
        ask: () => ask(asserted(assertion({}, keys.es, service.id))),
        reason: 'method_other',
      },

      {
        name: 'a wrong secret',
        ask: () => ask({}, basic(web.id, newSecret('client', house.world))),
        reason: 'secret_wrong',
      },
      {
        name: 'the secret of another application',
        ask: () => ask({ client_id: web.id, client_secret: gone.secret }),
        reason: 'secret_wrong',
      },
      {
        name: 'the secret of a service',
        ask: () => ask({ client_id: web.id, client_secret: service.secret }),
        reason: 'secret_wrong',
      },
      {
        name: 'a wrong secret of a service',
        ask: () => ask({}, basic(service.id, web.secret)),
        reason: 'secret_wrong',
      },

      {
        name: 'an assertion signed by another key',
        ask: () => ask(asserted(assertion({ signer: signedBy(keys.other) }))),
        reason: 'signature_invalid',
      },
      {
        name: 'an assertion signed by the text of the public key',
        ask: () => ask(asserted(assertion({ header: { alg: 'HS256' }, signer: signedByPublicKey(keys.es) }))),
        reason: 'algorithm_not_allowed',
      },
      {
        name: 'an unsigned assertion',
        ask: () =>
          ask({ client_id: keyed.id, ...asserted(assertion({ header: { alg: 'none' }, signer: unsigned })) }),
        reason: 'token_malformed',
      },
      { name: 'a key id that it does not have', ask: () => header({ kid: 'x' }), reason: 'key_not_found' },
      {
        name: 'a key id of another algorithm',
        ask: () => header({ kid: 'rs' }),
        reason: 'algorithm_not_allowed',
      },
      {
        name: 'an extension that is critical',
        ask: () => header({ crit: ['x'], x: 1 }),
        reason: 'critical_unknown',
      },
      {
        name: 'an access token of its own making',
        ask: () => header({ typ: 'at+jwt' }),
        reason: 'type_unknown',
      },
      { name: 'a proof of possession', ask: () => header({ typ: 'dpop+jwt' }), reason: 'type_unknown' },

      { name: 'another issuer', ask: () => claims({ iss: web.id }), reason: 'issuer_other' },
      { name: 'no issuer', ask: () => claims({ iss: undefined }), reason: 'issuer_other' },
      {
        name: 'another subject than the id beside it',
        ask: () => ask({ client_id: keyed.id, ...asserted(assertion({ claims: { sub: web.id } })) }),
        reason: 'subject_other',
      },
      {
        name: 'no audience',
        ask: () => claims({ aud: undefined }),
        reason: 'audience_mismatch',
      },
      {
        name: 'the token endpoint as audience',
        ask: () => claims({ aud: `${testIssuer}/oauth/token` }),
        reason: 'audience_mismatch',
      },
      {
        name: 'the endpoint for pushed requests as audience',
        ask: () => claims({ aud: `${testIssuer}/oauth/par` }),
        reason: 'audience_mismatch',
      },
      {
        name: 'this server among others as audience',
        ask: () => claims({ aud: [testIssuer, 'https://other.example'] }),
        reason: 'audience_mismatch',
      },
      {
        name: 'this server with a slash behind it',
        ask: () => claims({ aud: `${testIssuer}/` }),
        reason: 'audience_mismatch',
      },
      { name: 'no end', ask: () => claims({ exp: undefined }), reason: 'times_malformed' },
      { name: 'an end as text', ask: () => claims({ exp: '9999999999' }), reason: 'times_malformed' },
      { name: 'a beginning as text', ask: () => claims({ nbf: '1' }), reason: 'times_malformed' },
      { name: 'an end before time', ask: () => claims({ exp: -1 }), reason: 'times_malformed' },
      { name: 'an end that is over', ask: () => claims({ exp: inSeconds(-30) }), reason: 'token_expired' },
      { name: 'an end in six minutes', ask: () => claims({ exp: inSeconds(331) }), reason: 'life_too_long' },
      {
        name: 'an end that no clock will see',
        ask: () => claims({ exp: 253_402_300_800 }),
        reason: 'times_malformed',
      },
      {
        name: 'an end at the last second of all',
        ask: () => claims({ exp: 253_402_300_799 }),
        reason: 'life_too_long',
      },
      { name: 'an end at the first second', ask: () => claims({ exp: 0 }), reason: 'token_expired' },
      { name: 'an issue to come', ask: () => claims({ iat: inSeconds(31) }), reason: 'issued_in_future' },
      {
        name: 'a beginning to come',
        ask: () => claims({ nbf: inSeconds(31) }),
        reason: 'token_not_yet_valid',
      },
      { name: 'no id of its own', ask: () => claims({ jti: undefined }), reason: 'jti_malformed' },
      { name: 'an empty id', ask: () => claims({ jti: '' }), reason: 'jti_malformed' },
      { name: 'an endless id', ask: () => claims({ jti: 'x'.repeat(256) }), reason: 'jti_malformed' },
      { name: 'an id that is a number', ask: () => claims({ jti: 7 }), reason: 'jti_malformed' },
      {
        name: 'an assertion that was used',
        ask: async () => {
          const once = asserted(assertion())
          await ask(once)
          return ask(once)
        },
        reason: 'assertion_used',
      },
    ]
    for (const { name, ask: asking, reason, code = 'client_invalid' } of refused) {
      test(`refuses ${name}: ${reason}`, async () => {
        const error = await asking().then(
          () => undefined,
          (error: unknown) => error,
        )
        assert.ok(error instanceof Refusal, String(error))
        assert.deepEqual([error.code, error.reason], [code, reason])
        if (reason !== malformed) assert.equal(error.message, 'the client could not be authenticated')
        assert.doesNotMatch(JSON.stringify(error.refused ?? {}), /lk_|\\u0000/)
      })
    }

    const taken: { name: string; ask: () => Promise<{ id: string }>; id: () => string }[] = [
      {
        name: 'a service by Basic',
        ask: () => ask({}, basic(service.id, service.secret)),
        id: () => service.id,
      },
      {
        name: 'a service by the form',
        ask: () => ask({ client_id: service.id, client_secret: service.secret }),
        id: () => service.id,
      },
      {
        name: 'a service whose secret was encoded more than it need be',
        ask: () => ask({}, basic(service.id, service.secret.replaceAll('_', '%5F'))),
        id: () => service.id,
      },
      { name: 'an application by Basic', ask: () => ask({}, basic(web.id, web.secret)), id: () => web.id },
      {
        name: 'an application whose id and secret were encoded more than they need be',
        ask: () => ask({}, basic(web.id.replaceAll('_', '%5F'), web.secret.replaceAll('_', '%5f'))),
        id: () => web.id,
      },
      {
        name: 'an application by Basic, with its id in the form as well',
        ask: () => ask({ client_id: web.id }, basic(web.id, web.secret)),
        id: () => web.id,
      },
      {
        name: 'an application by the form',
        ask: () => ask({ client_id: web.id, client_secret: web.secret }),
        id: () => web.id,
      },
      { name: 'a public one by its id alone', ask: () => ask({ client_id: open.id }), id: () => open.id },
      {
        name: 'a public one by Basic with an empty secret',
        ask: () => ask({}, basic(open.id, '')),
        id: () => open.id,
      },
      { name: 'an assertion by ES256', ask: () => header({ kid: 'es' }), id: () => keyed.id },
      {
        name: 'an assertion with the id beside it',
        ask: () => ask({ client_id: keyed.id, ...asserted(assertion()) }),
        id: () => keyed.id,
      },
      {
        name: 'an assertion by RS256',
        ask: () => ask(asserted(assertion({ header: { kid: 'rs' } }, keys.rs))),
        id: () => keyed.id,
      },
      {
        name: 'an assertion by EdDSA',
        ask: () => ask(asserted(assertion({ header: { kid: 'ed' } }, keys.ed))),
        id: () => keyed.id,
      },
      {
        name: 'an assertion by Ed25519, the newer name',
        ask: () => ask(asserted(assertion({ header: { kid: 'ed', alg: 'Ed25519' } }, keys.ed))),
        id: () => keyed.id,
      },
      {
        name: 'an assertion of the newer type',
        ask: () => header({ typ: 'client-authentication+jwt' }),
        id: () => keyed.id,
      },
      { name: 'an audience in a list of one', ask: () => claims({ aud: [testIssuer] }), id: () => keyed.id },
      { name: 'an end a moment ago', ask: () => claims({ exp: inSeconds(-29) }), id: () => keyed.id },
      { name: 'an issue half a minute ahead', ask: () => claims({ iat: inSeconds(30) }), id: () => keyed.id },
      {
        name: 'a beginning half a minute ahead',
        ask: () => claims({ nbf: inSeconds(30) }),
        id: () => keyed.id,
      },
      {
        name: 'an end in five minutes and a half',
        ask: () => claims({ exp: inSeconds(330) }),
        id: () => keyed.id,
      },
      {
        name: 'an id of the most characters',
        ask: () => claims({ jti: 'x'.repeat(255) }),
        id: () => keyed.id,
      },
      { name: 'an issue at the beginning of time', ask: () => claims({ iat: 0 }), id: () => keyed.id },
      { name: 'no time but the end', ask: () => claims({ iat: undefined }), id: () => keyed.id },
    ]
    for (const { name, ask: asking, id } of taken) {
      test(`takes ${name}`, async () => assert.equal((await asking()).id, id()))
    }

    test('takes one assertion of many that come at once', async () => {
      const once = asserted(assertion())
      const answers = await Promise.allSettled(Array.from({ length: 64 }, () => ask(once)))
      assert.equal(answers.filter(({ status }) => status === 'fulfilled').length, 1)
    })

    test('the same id in an assertion of another client is another', async () => {
      const jti = crypto.randomUUID()
      const twin = await placeApplication(house, { authentication: 'key', jwks: jwksOf(keys.es.jwk) })
      await ask(asserted(assertion({ claims: { jti } })))
      await ask(asserted(assertion({ claims: { jti } }, keys.es, twin.id)))
    })

    test('two secrets work, each notes when it was used, and the older ends at its time', async () => {
      const { app, world } = house
      const rotated = await placeApplication(house)
      const second = { ...rotated, secret: newSecret('client', world), secretId: `sec_${'1'.repeat(26)}` }
      await app.db.transaction((tx) => placeSecret(tx, second, world.now(), world.now() + 1000))
      const at = world.now()
      await ask({}, basic(rotated.id, second.secret))
      world.advance(999)
      await ask({}, basic(rotated.id, second.secret))
      await ask({}, basic(rotated.id, rotated.secret))
      await app.jobs.finish()
      world.advance(1)
      await assert.rejects(ask({}, basic(rotated.id, second.secret)), { reason: 'secret_ended' })
      await ask({}, basic(rotated.id, rotated.secret))
      const used = await findSecrets(app.db, rotated.id)
      assert.deepEqual(
        used.map(({ last_used_at: last }) => last),
        [at + 999, at + 999],
      )
      assert.equal((await findApplication(app.db, rotated.id))?.last_used_at, at + 999)
      assert.equal((await findApplication(app.db, open.id))?.last_used_at, null, 'an id proves nothing')
    })

    test('a service that is disabled is refused as one that is unknown', async () => {
      const { app } = house
      const made = await createService(app, operator, { name: 'off', scopes: [] })
      await disableService(app, operator, made.service.id)
      await assert.rejects(ask({}, basic(made.service.id, made.secret)), { reason: 'service_disabled' })
    })

    describe('a published key set', () => {
      const sent = (kid: string, key = keys.es) =>
        ask(asserted(clientAssertion(house, published.id, key, { header: { kid } })))

      test('is read once for many, and again for a key that is new', async () => {
        server.answer = { keys: [{ ...keys.es.jwk, kid: 'one' }] }
        const before = server.asked
        await Promise.all([sent('one'), sent('one'), sent('one')])
        await sent('one')
        assert.equal(server.asked, before + 1)
        server.answer = {
          keys: [
            { ...keys.es.jwk, kid: 'one' },
            { ...keys.other.jwk, kid: 'two' },
          ],
        }
        await assert.rejects(sent('two', keys.other), { reason: 'key_not_found' })
        assert.equal(server.asked, before + 1, 'within the pause nothing is read')
        house.world.advance(30_000)
        await sent('two', keys.other)
        assert.equal(server.asked, before + 2)
      })

      test('is used on while it cannot be read, and no longer than an hour past its end', async () => {
        server.answer = { keys: [{ ...keys.es.jwk, kid: 'one' }] }
        house.world.advance(86_400_000)
        await sent('one')
        server.answer = (response) => void response.writeHead(500).end()
        house.world.advance(600_000 + 3_599_000)
        await sent('one')
        house.world.advance(31_000)
        await assert.rejects(sent('one'), { reason: 'key_not_found' })
      })

      const useless: { name: string; answer: KeySetServer['answer'] }[] = [
        { name: 'no JSON', answer: (response) => void response.end('<p>') },
        { name: 'no set', answer: { keys: 'x' } },
        { name: 'a private key', answer: { keys: [{ ...keys.es.jwk, kid: 'one', d: 'AA' }] } },
        { name: 'a secret', answer: { keys: [{ kty: 'oct', k: 'AAAA', kid: 'one', alg: 'HS256' }] } },
        { name: 'a redirect', answer: (response) => void response.writeHead(302, { location: '/' }).end() },
        { name: 'NUL', answer: (response) => void response.end('\0') },
        { name: 'too much', answer: (response) => void response.end(' '.repeat(70_000)) },
      ]
      for (const { name, answer } of useless) {
        test(`that is ${name} verifies nothing`, async () => {
          house.world.advance(86_400_000)
          server.answer = answer
          await assert.rejects(sent('one'), { code: 'client_invalid', reason: 'key_not_found' })
        })
      }

      test('of an application that is disabled is not asked for', async () => {
        const off = await placeApplication(house, {
          ...{ authentication: 'key', jwks_uri: `${server.url}/off`, disabled_at: 1 },
        })
        const before = server.asked
        await assert.rejects(ask(asserted(clientAssertion(house, off.id, keys.es))), {
          reason: 'client_disabled',
        })
        assert.equal(server.asked, before)
      })

      test('inside the network of this server is not asked for', async () => {
        const inside = createDocuments({ ...house.app, outbound: createOutbound({ networks: [] }) })
        const own = { ...ground, clientKeys: createClientKeys(inside) }
        const led = await placeApplication(house, { authentication: 'key', jwks_uri: `${server.url}/inside` })
        const before = server.asked
        const form = asserted(clientAssertion(house, led.id, keys.es))
        await assert.rejects(authenticateClient(own, { form, authorization: undefined }, client), {
          reason: 'key_not_found',
        })
        assert.equal(server.asked, before)
      })
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}

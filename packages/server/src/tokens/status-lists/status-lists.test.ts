import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { createVerifier, decodeUnverified, type Jwk, keySet } from 'latchkey/token'
import type { Answered, SignedIn } from '../../../test/app.ts'
import { type Home, type Lamp, openHome } from '../../../test/home.ts'
import { eventually, openBeside } from '../../../test/second-app.ts'
import { engines } from '../../../test/storages.ts'
import { hasBit, placesOfList, setBit, statusListOf } from './bits.ts'
import type { StatusClaim } from './status-claim.ts'

interface Vector {
  readonly name: string
  readonly bits: number
  readonly length: number
  readonly status: Readonly<Record<string, number>>
  readonly lst: string
}
const file = new URL('../../../../../vectors/status-lists.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { vectors: readonly Vector[] } // ours

const inflated = (lst: string) => new Uint8Array(inflateSync(Buffer.from(lst, 'base64url')))

for (const { name, length, status, lst } of vectors.filter(({ bits }) => bits === 1)) {
  test(`the vector of the draft: ${name}`, () => {
    const bytes = new Uint8Array(length)
    for (const place of Object.keys(status)) setBit(bytes, Number(place))
    assert.deepEqual(inflated(lst), bytes)
    assert.deepEqual(inflated(statusListOf(bytes).lst), bytes)
    // How far a long one is compressed is for zlib to say.
    if (length === 2) assert.equal(statusListOf(bytes).lst, lst)
  })
}

for (const engine of engines) {
  describe(`status lists on ${engine}`, () => {
    let house: Home
    before(async () => {
      house = await openHome(engine)
      const profile = { name: 'plain', status_list: true }
      const knows = ['devices:view', 'pages:read']
      const pages = await made({ name: 'pages', audience: 'pages', profile, known_scopes: knows })
      for (const body of [
        { scope: 'pages:read', holder_kind: 'devices' },
        { scope: 'pages:read', holder_kind: 'user_type', holder: 'administrator' },
      ]) {
        await house.call('POST', `/v1/services/${pages.id}/scopes`, { token: house.admin.token, body })
      }
      await made({ name: 'own', audience: 'own', profile: { ...profile, key: 'own' } })
      const shared = await made({
        name: 'shared',
        audience: 'shared',
        profile: { ...profile, key: 'shared' },
      })
      const path = `/v1/services/${shared.id}/shared-keys`
      await house.call('POST', path, { token: house.admin.token, body: {} })
      await made({ name: 'without', audience: 'without' })
    })
    after(() => house.close())

    async function made(body: object): Promise<Answered['body']> {
      const answer = await house.call('POST', '/v1/services', { token: house.admin.token, body })
      assert.equal(answer.status, 201, answer.text)
      return answer.body
    }
    let people = 0
    const person = (userType = 'customer') => house.signedIn(`person-${++people}`, userType)
    async function tokenFor({ username, password }: SignedIn, resource = 'pages'): Promise<string> {
      const { body, text } = await house.call('POST', '/v1/login', { body: { username, password, resource } })
      assert.ok(body.access_token, text)
      return body.access_token
    }
    const lists = (name: string) => ({
      ...{ name, audience: name, known_scopes: ['taken:read'] },
      profile: { name: 'plain', status_list: true },
    })
    async function ofDevice(lamp: Lamp, resource: string): Promise<string> {
      const grant_type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
      const form = { grant_type, assertion: lamp.token(), resource }
      const { body, text } = await house.call('POST', '/oauth/token', { form })
      assert.ok(body.access_token, text)
      return body.access_token
    }
    const placeOf = (token: string) => (decodeUnverified(token).claims.status as StatusClaim).status_list
    const pathOf = (token: string) => new URL(placeOf(token).uri).pathname
    const read = (token: string, headers: Record<string, string> = {}) =>
      house.call('GET', pathOf(token), { headers })
    /** As its list says now. */
    async function isRevoked(token: string): Promise<boolean> {
      house.world.advance(1_000)
      const answer = await read(token)
      assert.equal(answer.status, 200, answer.text)
      const { status_list } = decodeUnverified(answer.text).claims as { status_list: { lst: string } }
      return hasBit(inflateSync(Buffer.from(status_list.lst, 'base64url')), placeOf(token).idx)
    }
    const asAdmin = async (method: string, path: string, body?: unknown) => {
      const answer = await house.call(method, path, {
        token: house.admin.token,
        ...(body !== undefined && { body }),
      })
      assert.ok(answer.status < 300, answer.text)
      return answer
    }

    test('a token has a place where its service asks for it, and nowhere else', async () => {
      const one = await person()
      const { idx, uri } = placeOf(await tokenFor(one))
      assert.ok(Number.isInteger(idx) && idx >= 0 && idx < placesOfList)
      assert.match(uri, /^http:\/\/127\.0\.0\.1:8484\/oauth\/status-lists\/stl_\w{26}$/)
      for (const token of [one.token, await tokenFor(one, 'without')]) {
        assert.equal(decodeUnverified(token).claims.status, undefined)
      }
    })

    test('the list is signed as the tokens are, and says how long it may be kept', async () => {
      const token = await tokenFor(await person())
      const answer = await read(token)
      assert.equal(answer.headers.get('content-type'), 'application/statuslist+jwt')
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=30')
      assert.equal(answer.headers.get('access-control-allow-origin'), '*')
      const verify = createVerifier({
        keys: house.app.ring.keySet(),
        issuer: house.app.config.issuer,
        type: 'statuslist+jwt',
        now: house.world.now,
        complete: true,
      })
      const { claims, header } = verify(answer.text)
      assert.equal(header.typ, 'statuslist+jwt')
      assert.equal(claims.sub, placeOf(token).uri)
      assert.deepEqual([claims.ttl, Number(claims.exp) - Number(claims.iat)], [30, 300])
      const { bits, lst } = claims.status_list as { bits: number; lst: string }
      assert.equal(bits, 1)
      assert.equal(inflateSync(Buffer.from(lst, 'base64url')).length, placesOfList / 8)
      assert.deepEqual(Object.keys(claims).sort(), ['exp', 'iat', 'iss', 'status_list', 'sub', 'ttl'])
    })

    test('a service with keys of its own has its lists signed by them, and another list', async () => {
      const one = await person()
      const [own, shared] = [await tokenFor(one, 'own'), await tokenFor(one, 'shared')]
      const set = await house.call('GET', '/.well-known/jwks/own.json')
      const verify = createVerifier({
        keys: keySet({ keys: set.body.keys as unknown as Jwk[] }),
        type: 'statuslist+jwt',
        now: house.world.now,
      })
      assert.equal(verify((await read(own)).text).sub, placeOf(own).uri)
      assert.equal(decodeUnverified((await read(shared)).text).header.alg, 'HS256')
      assert.notEqual(pathOf(own), pathOf(shared))
    })

    test('it is no access token, here or anywhere', async () => {
      const { text } = await read(await tokenFor(await person()))
      assert.equal((await house.call('GET', '/v1/me', { token: text })).body.code, 'token_invalid')
      const body = { token: text }
      const revoked = await house.call('POST', '/v1/revocations', { token: house.admin.token, body })
      assert.equal(revoked.body.code, 'token_unknown')
    })

    test('a list that has not changed is the same bytes, and 304 for who has it', async () => {
      const token = await tokenFor(await person())
      const first = await read(token)
      house.world.advance(20_000)
      const second = await read(token)
      assert.equal(second.text, first.text)
      const etag = first.headers.get('etag') ?? ''
      assert.equal((await read(token, { 'if-none-match': etag })).status, 304)
      await asAdmin('POST', '/v1/revocations', { token })
      house.world.advance(1_000)
      const third = await read(token, { 'if-none-match': etag })
      assert.equal(third.status, 200)
      assert.notEqual(third.headers.get('etag'), etag)
      const signedAtMs = Number(decodeUnverified(third.text).claims.iat) * 1000
      house.world.advance(signedAtMs + 149_000 - house.world.now())
      assert.equal((await read(token)).text, third.text)
      house.world.advance(1_000)
      assert.notEqual((await read(token)).text, third.text, 'before it expires it is signed anew')
    })

    /** Whatever the feed can say, with a token that it ends, and another that it leaves alone. */
    const ends: readonly {
      readonly name: string
      readonly begin: () => Promise<{ ended: string; stays: string; end: () => Promise<unknown> }>
    }[] = [
      {
        name: 'a session ends',
        async begin() {
          const one = await person()
          const { body } = await house.call('POST', '/v1/login', {
            body: { username: one.username, password: one.password, resource: 'pages' },
          })
          const path = `/v1/users/${one.id}/sessions/${body.session_id}`
          const stays = await tokenFor(one)
          return { ended: body.access_token, stays, end: () => asAdmin('DELETE', path) }
        },
      },
      {
        name: 'one token is revoked',
        async begin() {
          const one = await person()
          const token = await tokenFor(one)
          const stays = await tokenFor(one)
          return { ended: token, stays, end: () => asAdmin('POST', '/v1/revocations', { token }) }
        },
      },
      {
        name: 'all of a subject is revoked',
        async begin() {
          const [one, other] = [await person(), await person()]
          const [ended, stays] = [await tokenFor(one), await tokenFor(other)]
          const end = () =>
            house.app.db.transaction((tx) => house.app.revocations.revoke(tx, 'subject', one.id))
          return { ended, stays, end }
        },
      },
      {
        name: 'all of a user type is revoked',
        async begin() {
          const body = { name: `type-${++people}`, description: '', permissions: ['devices:view'] }
          await asAdmin('POST', '/v1/user-types', body)
          const [ended, stays] = [await tokenFor(await person(body.name)), await tokenFor(await person())]
          const end = () =>
            house.app.db.transaction((tx) => house.app.revocations.revoke(tx, 'user_type', body.name))
          return { ended, stays, end }
        },
      },
      {
        name: 'a permission is taken from a user type',
        async begin() {
          const permissions = ['devices:view', 'devices:read']
          const name = `type-${++people}`
          await asAdmin('POST', '/v1/user-types', { name, description: '', permissions })
          const [ended, stays] = [await tokenFor(await person(name)), await tokenFor(await person())]
          const path = `/v1/user-types/${name}`
          return { ended, stays, end: () => asAdmin('PATCH', path, { permissions: ['devices:view'] }) }
        },
      },
      {
        name: 'a permission is denied to a person',
        async begin() {
          const [one, other] = [await person(), await person()]
          const body = { kind: 'denial', permission: 'devices:bind', reason: 'a test', until: null }
          const end = () => asAdmin('POST', `/v1/users/${one.id}/grants`, body)
          return { ended: await tokenFor(one), stays: await tokenFor(other), end }
        },
      },
      {
        name: 'a scope of the service is taken from somebody',
        async begin() {
          const [one, two] = [await made(lists('taken')), await made(lists('kept'))]
          for (const { id } of [one, two]) {
            const body = { scope: 'taken:read', holder_kind: 'devices' }
            await asAdmin('POST', `/v1/services/${id}/scopes`, body)
          }
          const path = `/v1/services/${one.id}/scopes?scope=taken:read&holder_kind=devices`
          const lamp = await house.lamp()
          const [ended, stays] = [await ofDevice(lamp, 'taken'), await ofDevice(lamp, 'kept')]
          return { ended, stays, end: () => asAdmin('DELETE', path) }
        },
      },
      {
        name: 'a key of a device is revoked',
        async begin() {
          const [lamp, other] = [await house.lamp(), await house.lamp()]
          const [ended, stays] = [await ofDevice(lamp, 'pages'), await ofDevice(other, 'pages')]
          return { ended, stays, end: () => asAdmin('DELETE', `/v1/devices/${lamp.uid}/keys/${lamp.kid}`) }
        },
      },
      {
        name: 'an account is disabled',
        async begin() {
          const [one, other] = [await person(), await person()]
          const end = () => asAdmin('POST', `/v1/users/${one.id}/disable`)
          return { ended: await tokenFor(one), stays: await tokenFor(other), end }
        },
      },
    ]
    for (const { name, begin } of ends) {
      test(`the list says so when ${name}, and nothing of others`, async () => {
        const { ended, stays, end } = await begin()
        house.world.advance(1_000)
        assert.deepEqual([await isRevoked(ended), await isRevoked(stays)], [false, false])
        await end()
        assert.deepEqual([await isRevoked(ended), await isRevoked(stays)], [true, false])
        const { list } = house.app.revocations
        const claimsOf = (token: string) => decodeUnverified(token).claims as never // verified, by the list
        assert.deepEqual([list.isRevoked(claimsOf(ended)), list.isRevoked(claimsOf(stays))], [true, false])
      })
    }

    test('another process serves the list, and what was revoked here, within a second', async () => {
      const beside = await openBeside(house)
      const token = await tokenFor(await person())
      await house.call('POST', '/v1/revocations', { token: house.admin.token, body: { token } })
      await eventually(() => beside.revocations.list.size === house.app.revocations.list.size)
      const answer = await beside.edge.request(pathOf(token))
      const { status_list } = decodeUnverified(await answer.text()).claims as { status_list: { lst: string } }
      assert.equal(hasBit(inflateSync(Buffer.from(status_list.lst, 'base64url')), placeOf(token).idx), true)
      const { body } = await house.call('POST', '/v1/login', {
        body: { username: 'admin', password: house.admin.password, resource: 'pages' },
      })
      const theirs = await beside.edge.request('/v1/refresh', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refresh_token: body.refresh_token, resource: 'pages' }),
      })
      const other = ((await theirs.json()) as { access_token: string }).access_token
      assert.notEqual(pathOf(other), pathOf(token), 'each process fills lists of its own')
      assert.equal(await isRevoked(other), false)
      await beside.stop()
    })

    test('a list is asked of the database once a second, whoever asks', async () => {
      const token = await tokenFor(await person())
      house.world.advance(1_000)
      let asked = 0
      const { query } = house.app.db
      const { db } = house.app as { db: { query: unknown } }
      db.query = (sql: string, ...values: never[]) => {
        if (sql.includes('status_entries')) asked += 1
        return query.call(house.app.db, sql, ...values)
      }
      try {
        await Promise.all(Array.from({ length: 20 }, () => read(token)))
        await read(token)
        assert.equal(asked, 1)
        house.world.advance(1_000)
        await read(token)
        assert.equal(asked, 2)
      } finally {
        db.query = query
      }
    })

    test('places are not given twice, lie apart, and a list that is half full is followed by another', async () => {
      // Places are given by the process, which asks the database for none.
      if (engine !== 'sqlite') return
      const target = await house.app.findTarget('pages')
      const claims = { exp: Math.floor(house.world.now() / 1000) + 300, jti: 'x' }
      const service = target?.service ?? ''
      const places: { idx: number; uri: string }[] = []
      for (let round = 0; round < 90; round += 1) {
        const taken = Array.from({ length: 100 }, () => house.app.statusLists.take(service, claims))
        places.push(...(await Promise.all(taken)).map(({ status_list }) => status_list))
      }
      assert.equal(new Set(places.map(({ idx, uri }) => `${idx} ${uri}`)).size, 9_000)
      const uris = [...new Set(places.map(({ uri }) => uri))]
      assert.equal(uris.length, 2)
      const inOrder = places.filter(({ idx }, at) => at > 0 && idx > (places[at - 1]?.idx ?? 0)).length
      assert.ok(inOrder > 3_500 && inOrder < 5_500, `${inOrder}`)
    })

    for (const id of ['stl_0000000000000000000000000z', 'x', 'stl_', '%2e%2e', 'a'.repeat(65)]) {
      test(`there is no list ${id.slice(0, 30)}`, async () => {
        const { status, body } = await house.call('GET', `/oauth/status-lists/${id}`)
        assert.ok(status === 404 || status === 400, `${status}`)
        assert.match(String(body.code), /^(not_found|request_invalid)$/)
      })
    }

    for (const [name, profile] of [
      ['for NATS', { name: 'nats', status_list: true }],
      ['for a program that does not check aud', { name: 'dovecot', status_list: true }],
      [
        'with a claim of the same name',
        { name: 'plain', status_list: true, claims: [{ name: 'status', value: 'good' }] },
      ],
    ] as const) {
      test(`no status list is to be had ${name}`, async () => {
        const body = { name: 'never', audience: 'never', profile }
        const answer = await house.call('POST', '/v1/services', { token: house.admin.token, body })
        assert.equal(answer.body.code, 'profile_unsafe')
      })
    }

    test('a claim status of a service without lists stays what it was', async () => {
      await made({
        ...{ name: 'old', audience: 'old' },
        profile: { name: 'plain', claims: [{ name: 'status', value: 'good' }] },
      })
      assert.equal(decodeUnverified(await tokenFor(await person(), 'old')).claims.status, 'good')
    })

    // The last one: everything ends.
    test('a list goes with its last token, clock skew included', async () => {
      const token = await tokenFor(await person())
      house.world.advance(359_000)
      await house.app.statusLists.sweep()
      assert.equal((await read(token)).status, 200)
      house.world.advance(2_000)
      assert.equal((await read(token)).status, 404)
      await house.app.statusLists.sweep()
      assert.deepEqual(await house.app.db.query('SELECT * FROM status_entries'), [])
    })

    test('has met no bug in all of this', () => assert.deepEqual(house.log.errors, []))
  })
}

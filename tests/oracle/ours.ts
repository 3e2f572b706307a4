import { operator } from '../../packages/server/src/identity.ts'
import { createService } from '../../packages/server/src/services/registered.ts'
import { openTestApp, type TestApp } from '../../packages/server/test/app.ts'
import { clientAssertion, placeApplication } from '../../packages/server/test/applications.ts'
import { type ClientKey, newClientKey } from '../../packages/server/test/proofs.ts'
import { afterLogout, type Client, callback, type Endpoint, type Side } from './side.ts'

const paths: Readonly<Record<Endpoint, string>> = {
  authorize: '/oauth/authorize',
  token: '/oauth/token',
  userinfo: '/oauth/userinfo',
  introspect: '/oauth/introspect',
  revoke: '/oauth/revoke',
  par: '/oauth/par',
  device: '/oauth/device_authorization',
  logout: '/oauth/logout',
  openidConfiguration: '/.well-known/openid-configuration',
  jwks: '/.well-known/jwks.json',
}

export interface Ours extends Side {
  readonly house: TestApp
}

export async function openOurs(): Promise<Ours> {
  const house = await openTestApp('sqlite')
  await house.signedIn('ada')
  const key = newClientKey()
  const clients = await clientsIn(house, key)
  const cookie = await cookieOf(house)
  return {
    ...{ house, issuer: house.app.config.issuer, clients },
    assertion: (claims = {}, header = {}) =>
      clientAssertion(house, clients.keyed.id, key, { claims, header }),
    async send(endpoint, { method, query = [], form, headers = {}, isSignedIn }) {
      const text = `${new URLSearchParams(query.map(([name, value]) => [name, value]))}`
      const {
        status,
        headers: answered,
        text: body,
      } = await house.call(method, `${paths[endpoint]}${text && `?${text}`}`, {
        headers: {
          accept: acceptedAt(endpoint),
          ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
          ...(isSignedIn === true && { cookie }),
          ...headers,
        },
        ...(form && { body: `${new URLSearchParams(form.map(([name, value]) => [name, value]))}` }),
      })
      return { status, headers: answered, text: body }
    },
  }
}

/** Browsers ask for pages, programs for data. */
export const acceptedAt = (endpoint: Endpoint) =>
  endpoint === 'authorize' || endpoint === 'logout' ? 'text/html' : 'application/json'

async function cookieOf(house: TestApp): Promise<string> {
  const form = { username: 'ada', password: 'the password of ada' }
  const answer = await house.call('POST', '/sign-in', { form, headers: { origin: house.app.config.issuer } })
  return answer.headers
    .getSetCookie()
    .map((set) => set.replace(/;.*/, ''))
    .join('; ')
}

async function clientsIn(house: TestApp, key: ClientKey): Promise<Side['clients']> {
  const common = {
    ...{ redirect_uris: [callback], logout_uris: [afterLogout], is_first_party: true },
    grants: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'profile', 'email', 'offline_access'],
  }
  const place = async (more: Parameters<typeof placeApplication>[1]): Promise<Client> => {
    const { id, secret } = await placeApplication(house, { ...common, ...more })
    return { id, secret }
  }
  const { service, secret } = await createService(house.app, operator, {
    ...{ name: 'robot', scopes: ['devices:view'] },
  })
  const isPublic = { type: 'native', authentication: 'none' } as const
  return {
    web: await place({}),
    other: await place({}),
    asking: await place({ is_first_party: false }),
    post: await place({}),
    keyed: await place({
      authentication: 'key',
      jwks: JSON.stringify({ keys: [{ ...key.jwk, alg: 'ES256' }] }),
    }),
    native: await place(isPublic),
    screen: await place({
      ...{ ...isPublic, redirect_uris: [], logout_uris: [] },
      grants: ['urn:ietf:params:oauth:grant-type:device_code'],
    }),
    pushing: await place({ requires_push: true }),
    robot: { id: service.id, secret },
  }
}

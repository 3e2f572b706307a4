import { requireVisible } from '../text.ts'
import { grantsFault } from './grants.ts'
import type { ApplicationsGround } from './ground.ts'
import { invalid } from './invalid.ts'
import { keySetFault } from './key-set.ts'
import { longestAddress, mostAddresses, redirectFault, type Sender } from './redirects.ts'
import { signalScopes } from './scopes.ts'
import type { ApplicationRow, ApplicationType } from './store.ts'

type Authentication = ApplicationRow['authentication']

/** How the applications of a type may authenticate, the usual way first: what runs at a person's cannot keep a secret. */
export const authenticationsOf: Readonly<Record<ApplicationType, readonly Authentication[]>> = {
  web: ['secret', 'key'],
  browser: ['none'],
  native: ['none'],
  agent: ['secret', 'key'],
}

type Given = Pick<ApplicationsGround, 'outbound' | 'isDevelopment'>

/** An application that may stand as it is. @throws {Refusal} `request_invalid` */
export function checked(given: Given, row: ApplicationRow): ApplicationRow {
  requireVisible('name', row.name, 100)
  const allowed = authenticationsOf[row.type]
  if (!allowed.includes(row.authentication)) {
    throw invalid('authentication', `of the type ${row.type} is ${allowed.join(' or ')}`)
  }
  if (row.type === 'agent' && row.is_first_party) {
    throw invalid('is_first_party', 'is false of an agent: its person is always asked')
  }
  requireKeys(given, row)
  const isPublic = row.authentication === 'none'
  const fault = grantsFault(row.grants)
  if (fault !== undefined) throw invalid('grants', fault)
  requireOwnGrant(row)
  requireAddresses(given, row)
  if (!row.requires_pkce && isPublic) {
    throw invalid('requires_pkce', 'is true of an application without secret and key')
  }
  return row
}

function requireKeys(given: Given, { authentication, jwks, jwks_uri: uri }: ApplicationRow): void {
  const count = [jwks, uri].filter((one) => one !== null).length
  if (authentication !== 'key') {
    if (count > 0) throw invalid('jwks', 'and jwks_uri are of applications that authenticate by a key')
    return
  }
  if (count !== 1) throw invalid('jwks', 'or jwks_uri is needed, and not both')
  const fault = jwks === null ? undefined : keySetFault(JSON.parse(jwks) as object) // it was an object
  if (fault !== undefined) throw invalid('jwks', fault)
  if (uri !== null) requireReachable(given, 'jwks_uri', uri)
}

/** For itself an application gets nothing but the scopes of shared signals, and only if it proves who it is. */
function requireOwnGrant({ grants, scopes, authentication }: ApplicationRow): void {
  if (!grants.includes('client_credentials')) return
  if (authentication === 'none') {
    throw invalid('grants', 'has client_credentials, which needs an application with a secret or a key')
  }
  if (signalScopes.some((scope) => scopes.includes(scope))) return
  throw invalid('grants', `has client_credentials, which needs one of the scopes ${signalScopes.join(', ')}`)
}

function requireAddresses(given: Given, row: ApplicationRow): void {
  const sender = { type: row.type, isDevelopment: given.isDevelopment }
  const { redirect_uris: redirects, logout_uris: logouts } = row
  if (redirects.length === 0 && row.grants.includes('authorization_code')) {
    throw invalid('redirect_uris', 'has one address at least for the grant authorization_code')
  }
  for (const [field, addresses] of [
    ['redirect_uris', redirects],
    ['logout_uris', logouts],
  ] as const) {
    if (addresses.length > mostAddresses) throw invalid(field, `has ${mostAddresses} addresses at most`)
    for (const [at, address] of addresses.entries()) {
      const fault = redirectFault(address, sender)
      if (fault !== undefined) throw invalid(`${field}/${at}`, fault)
    }
  }
  const { backchannel_logout_uri: backchannel } = row
  if (backchannel !== null) requireReachable(given, 'backchannel_logout_uri', backchannel)
  requireFrontchannel(sender, row)
  for (const field of ['home_uri', 'policy_uri'] as const) {
    const address = row[field]
    if (address !== null && !isPage(address)) throw invalid(field, 'is the https address of a page')
  }
}

/** It is shown in a frame of ours, so it has to be of an origin to which people are sent anyway (Front-Channel Logout section 2). */
function requireFrontchannel(sender: Sender, row: ApplicationRow): void {
  const { frontchannel_logout_uri: uri, redirect_uris: redirects } = row
  if (uri === null) return
  const fault = redirectFault(uri, { ...sender, type: 'web' })
  if (fault !== undefined) throw invalid('frontchannel_logout_uri', fault)
  const { origin } = new URL(uri)
  if (redirects.some((redirect) => new URL(redirect).origin === origin)) return
  throw invalid('frontchannel_logout_uri', 'has the scheme, the host and the port of one of redirect_uris')
}

/** Its name is resolved when it is asked, and each time anew. */
function requireReachable({ outbound }: Given, field: string, uri: string): void {
  if (uri.length <= longestAddress && outbound.allows(uri)) return
  throw invalid(
    field,
    'is https, without user, password and fragment; plain http only on this machine, if LATCHKEY_OUTBOUND_NETWORKS has it',
  )
}

function isPage(address: string): boolean {
  const url = URL.parse(address)
  return (
    address.length <= longestAddress &&
    url?.protocol === 'https:' &&
    url.username === '' &&
    url.password === ''
  )
}

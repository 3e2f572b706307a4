import { good, metadataPath, resource } from '../guarded-api.ts'
import { admitted, challenges, invalid, nothing } from './outcomes.ts'
import { type Row, withUpgrade } from './row.ts'

const preflight = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
const upgrade = { connection: 'upgrade', upgrade: 'websocket' }

/** What is the same for every credential: methods, streams, upgrades, keys that cannot be fetched, the metadata. */
export const requestRows: readonly Row[] = [
  {
    number: 17,
    name: 'a good token while the keys cannot be fetched',
    path: '/unavailable',
    authorization: good,
    status: 503,
    challenge: null,
    error: 'temporarily_unavailable',
    answerHeaders: { 'retry-after': '5' },
  },
  {
    number: 19,
    name: 'a CORS preflight',
    method: 'OPTIONS',
    headers: preflight,
    status: 204,
    challenge: null,
  },
  { number: 19, name: 'OPTIONS that is no preflight', method: 'OPTIONS', ...nothing },
  { number: 23, name: 'HEAD, no token', method: 'HEAD', status: 401, challenge: challenges() },
  {
    number: 23,
    name: 'HEAD, a bad token',
    method: 'HEAD',
    authorization: 'Bearer abc',
    status: 401,
    challenge: invalid('The token is malformed').challenge,
  },
  { number: 23, name: 'HEAD, a good token', method: 'HEAD', authorization: good, ...admitted },
  { number: 24, name: 'an event stream, no token', headers: { accept: 'text/event-stream' }, ...nothing },
  { number: 24, name: 'an upgrade to WebSocket, no token', headers: upgrade, only: withUpgrade, ...nothing },
  {
    number: 24,
    name: 'an upgrade to WebSocket, a bad token',
    headers: upgrade,
    authorization: 'Bearer abc',
    only: withUpgrade,
    ...invalid('The token is malformed'),
  },
  {
    number: 24,
    name: 'an upgrade to WebSocket, a good token',
    headers: upgrade,
    authorization: good,
    only: withUpgrade,
    status: 101,
    subject: 'usr_1',
  },
  {
    number: 25,
    name: 'the metadata of this resource',
    path: metadataPath,
    status: 200,
    body: {
      resource,
      bearer_methods_supported: ['header'],
      scopes_supported: ['devices:view'],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519'],
    },
    answerHeaders: {
      'content-type': 'application/json',
      'cache-control': 'public, max-age=3600',
      'access-control-allow-origin': '*',
    },
  },
  {
    number: 25,
    name: 'the metadata, HEAD',
    path: metadataPath,
    method: 'HEAD',
    status: 200,
    answerHeaders: { 'cache-control': 'public, max-age=3600' },
  },
]

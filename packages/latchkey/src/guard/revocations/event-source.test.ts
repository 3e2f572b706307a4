import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type TestContext, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { listen } from '../../../test/guard/issuer.ts'
import { openEventStream } from './event-source.ts'
import type { StreamEvent } from './event-stream.ts'

const stream: RequestListener = (request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' })
  response.end(`id: 7\nevent: heard\ndata: ${JSON.stringify(request.headers['last-event-id'] ?? null)}\n\n`)
}

async function eventsOf(address: string, lastEventId?: string) {
  const { signal } = new AbortController()
  const events: StreamEvent[] = []
  for await (const event of openEventStream(new URL(address), { lastEventId, signal })) events.push(event)
  return events
}

const noOpenssl = spawnSync('openssl', ['version']).error !== undefined && 'openssl is not installed'

/** A server with a certificate for localhost that nobody has vouched for yet. */
async function startTls(t: TestContext): Promise<{ address: string; cert: string }> {
  const request =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout - -out -'
  const pem = spawnSync('openssl', request.split(' ')).stdout.toString()
  const at = pem.indexOf('-----BEGIN CERTIFICATE')
  const cert = pem.slice(at)
  const origin = await listen(t, createTlsServer({ cert, key: pem.slice(0, at) }, stream))
  return { address: origin.replace('http://127.0.0.1', 'https://localhost'), cert }
}

test('a stream is read over TLS, from whom the machine trusts alone', { skip: noOpenssl }, async (t) => {
  const { address, cert } = await startTls(t)
  await assert.rejects(eventsOf(address), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
  const before = getCACertificates('default')
  t.after(() => setDefaultCACertificates(before))
  setDefaultCACertificates([...before, cert])
  const [event, ...more] = await eventsOf(address, 'rev_3')
  assert.deepEqual([event?.event, event?.data, event?.id, more], ['heard', '"rev_3"', '7', []])
})

for (const [name, status, headers] of [
  ['a redirect, which nobody follows', 302, { location: '/elsewhere' }],
  ['an error', 503, { 'content-type': 'text/event-stream' }],
  ['a page', 200, { 'content-type': 'text/html' }],
  ['a type that only begins like it', 200, { 'content-type': 'text/event-streams' }],
  ['no type', 200, {}],
] as const) {
  test(`what is no event stream is an error, and its connection ends: ${name}`, async (t) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, headers)
      response.write('data: x\n\n')
    })
    const ended = new Promise((resolve) => server.on('connection', (socket) => socket.on('close', resolve)))
    await assert.rejects(eventsOf(await listen(t, server)), /did not answer with an event stream/)
    await ended
  })
}

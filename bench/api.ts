import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Asked, load } from './api/load.ts'
import type { Benchmark } from './benchmark.ts'
import { installPeers } from './peers.ts'
import { median, type ServerProcess, startProcess, temporaryDirectory } from './server.ts'

const rounds = 5
const requests = 2_000
const inFlight = 64

/** What an answer costs the process that gives it: its processor time, user and system, for each request. */
export const benchmark: Benchmark = {
  title: 'the server’s own API, by the processor time of the server',
  async run() {
    installPeers()
    const directory = temporaryDirectory()
    const server = await startProcess(directory.path, {}, { flags: ['--dev'], until: 'The interface' })
    const floor = await startPeer('api/floor.ts', [directory.path])
    const provider = await startPeer('api/oidc-provider.ts')
    const port = Number(new URL(server.issuer).port)
    const seeded = await seededIn(server)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const grant = (authorization: string) => ({
      method: 'POST',
      path: '/oauth/token',
      headers: { ...form, authorization },
      body: 'grant_type=client_credentials',
      status: 200,
    })
    const telemetry = {
      method: 'POST',
      path: `/v1/devices/${seeded.uid}/telemetry`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${seeded.deviceToken}` },
      body: '{"celsius":21.5}',
      status: 202,
    }
    const measured: Record<string, { of: Meter; asked: Asked; inFlight: number }> = {
      keySet: {
        of: server,
        asked: { port, method: 'GET', path: '/.well-known/jwks.json', status: 200 },
        inFlight: 1,
      },
      me: {
        of: server,
        asked: {
          port,
          method: 'GET',
          path: '/v1/me',
          headers: { authorization: `Bearer ${seeded.personToken}` },
          status: 200,
        },
        inFlight: 1,
      },
      telemetry: { of: server, asked: { port, ...telemetry }, inFlight },
      keySets: {
        of: server,
        asked: { port, method: 'GET', path: '/.well-known/jwks.json', status: 200 },
        inFlight,
      },
      grant: { of: server, asked: { port, ...grant(seeded.service) }, inFlight },
      peersGrant: {
        of: provider,
        asked: {
          port: provider.port,
          ...grant(basic('reporting', 'a secret that nobody knows but the two')),
          path: '/token',
        },
        inFlight,
      },
      floor: { of: floor, asked: { ...telemetry, port: floor.port, path: '/' }, inFlight },
    }
    const micros = new Map<string, number[]>()
    const rates = new Map<string, number[]>()
    for (let round = 0; round <= rounds; round += 1) {
      for (const [name, { of, asked, inFlight }] of Object.entries(measured)) {
        const before = of.cpuMs()
        const { perSecond } = await load(asked, requests, inFlight)
        const cost = ((of.cpuMs() - before) * 1000) / requests
        // The first round warms up.
        if (round === 0) continue
        micros.set(name, [...(micros.get(name) ?? []), cost])
        rates.set(name, [...(rates.get(name) ?? []), perSecond])
      }
    }
    await Promise.all([server.stop(), floor.stop(), provider.stop()])
    directory.remove()

    const cost = (name: string) => median(micros.get(name) ?? [])
    const ratio = (one: string, other: string, of = micros) =>
      median((of.get(one) ?? []).map((value, round) => value / (of.get(other)?.[round] ?? Number.NaN)))
    const row = (
      what: string,
      one: string,
      other: string,
      most: number,
      beside: string,
      ifNotMet?: string,
    ) => ({
      what,
      measured: `${ratio(one, other).toFixed(2)}x: ${cost(one).toFixed(0)} us beside ${cost(other).toFixed(0)} of ${beside}`,
      goal: `<= ${most}x`,
      met: ratio(one, other) <= most,
      ...(ifNotMet !== undefined && { ifNotMet }),
    })
    const durable = ratio('telemetry', 'floor', rates)
    return [
      row('GET /v1/me', 'me', 'keySet', 2, 'GET /.well-known/jwks.json'),
      row(
        `a device’s POST telemetry, durable, ${inFlight} in flight`,
        'telemetry',
        'keySets',
        3,
        `GET /.well-known/jwks.json, ${inFlight} in flight`,
      ),
      row(
        `client_credentials, durable, ${inFlight} in flight`,
        'grant',
        'peersGrant',
        0.5,
        'oidc-provider’s, in memory',
        'ours is durable, and theirs is not stored: by the profile four tenths are SQLite (the service is read, a row of the log is written and committed), a tenth is the signature.',
      ),
      {
        what: `durable writes over HTTP, ${inFlight} in flight`,
        measured: `${durable.toFixed(2)}x: ${median(rates.get('telemetry') ?? []).toFixed(0)}/s beside ${median(rates.get('floor') ?? []).toFixed(0)}/s of bare node:http with the same group commit`,
        goal: '>= 0.8x',
        met: durable >= 0.8,
        ifNotMet:
          'the bare server neither knows who sends nor whether they may: of the rest, by the profile, a fifth is SQLite (two reads of the device and its keys beside the insert), the others are Hono and its adapter, the checks of the edge, and the collector. Tried and kept: verified tokens and imported keys are remembered, the type and the uid of a token that comes again are not read anew, no refusal is made that nobody gets. Not tried: one statement for the device and its keys, and an edge without Request and Response.',
      },
    ]
  },
}

interface Meter {
  cpuMs(): number
}

interface Peer extends Meter {
  readonly port: number
  stop(): Promise<void>
}

async function startPeer(file: string, args: readonly string[] = []): Promise<Peer> {
  const program = fileURLToPath(new URL(file, import.meta.url))
  const child: ChildProcess = spawn(process.execPath, ['--conditions=latchkey-source', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!child.stdout) throw new Error('a peer has a standard output')
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^listens on (\d+)$/.exec(line)?.[1]
    if (port === undefined) continue
    return {
      port: Number(port),
      cpuMs() {
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
        // utime and stime (proc(5)), in ticks of a hundredth of a second.
        return (Number(fields[11]) + Number(fields[12])) * 10
      },
      async stop() {
        const exited = once(child, 'exit')
        child.kill('SIGTERM')
        await exited
      },
    }
  }
  throw new Error(`${file} ended before it listened`)
}

/** What development mode has seeded and printed: a person, a service and a device. */
async function seededIn({ said, issuer }: ServerProcess) {
  const text = said.join('\n')
  const [, login = ''] = /-d '(\{"username".*?\})'/.exec(text) ?? []
  const [, service = ''] = /-u '(svc_[^']+)'/.exec(text) ?? []
  const [, uid = '', deviceToken = ''] = /-u (\S+) -P (\S+)/.exec(text) ?? []
  const answer = await fetch(`${issuer}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: login,
  })
  const { access_token: personToken } = (await answer.json()) as { access_token: string } // its contract
  const [id = '', secret = ''] = service.split(':')
  return { uid, deviceToken, personToken, service: basic(id, secret) }
}

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`
}

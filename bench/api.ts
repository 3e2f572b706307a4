import { type Asked, load } from './api/load.ts'
import { type Meter, startPeer } from './api/peer-process.ts'
import { seededIn } from './api/seeded.ts'
import type { Benchmark } from './benchmark.ts'
import { median, startProcess, temporaryDirectory } from './server.ts'

const rounds = 5
const requests = 2_000
const inFlight = 64

/** What an answer costs the process that gives it: its processor time, user and system, for each request. */
export const benchmark: Benchmark = {
  title: 'the server’s own API, by the processor time of the server',
  async run() {
    const directory = temporaryDirectory()
    const server = await startProcess(directory.path, {}, { flags: ['--dev'], until: 'The interface' })
    const floor = await startPeer('api/floor.ts', [directory.path])
    const port = Number(new URL(server.issuer).port)
    const seeded = await seededIn(server)
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
    await Promise.all([server.stop(), floor.stop()])
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

import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import type { Benchmark } from './run.ts'
import { median, type ServerProcess, startProcess, temporaryDirectory } from './server.ts'

const rounds = 5
const inFlight = 32
const secondsEach = 2

/**
 * Each request is one that must be durable before it is answered: a refused token request, which is one row of the
 * log. Beside it, in the same rounds and on the same disk: a page appended and synced, again and again.
 */
export const benchmark: Benchmark = {
  title: 'durable writes over HTTP, beside the disk’s own rate of syncs',
  async run() {
    const directory = temporaryDirectory()
    const server = await startProcess(directory.path)
    const syncs: number[] = []
    const writes: number[] = []
    const ninetyNine: number[] = []
    await load(server)
    for (let round = 0; round < rounds; round += 1) {
      syncs.push(syncRate(join(directory.path, 'sync')))
      const { perSecond, p99 } = await load(server)
      writes.push(perSecond)
      ninetyNine.push(p99)
    }
    await server.stop()
    directory.remove()
    const ratio = median(writes.map((rate, round) => rate / (syncs[round] ?? Number.NaN)))
    return [
      {
        what: `durable writes over HTTP, ${inFlight} in flight`,
        measured: `${median(writes).toFixed(0)}/s, ${ratio.toFixed(1)}x the ${median(syncs).toFixed(0)} syncs/s of the same rounds; p99 ${median(ninetyNine).toFixed(1)} ms`,
        goal: '>= 5x',
        met: ratio >= 5,
      },
    ]
  },
}

function syncRate(path: string): number {
  const file = openSync(path, 'w')
  const page = Buffer.alloc(4096, 1)
  const beganAt = performance.now()
  let count = 0
  while (performance.now() - beganAt < secondsEach * 1000) {
    writeSync(file, page)
    fsyncSync(file)
    count += 1
  }
  closeSync(file)
  return (count * 1000) / (performance.now() - beganAt)
}

async function load({ issuer }: ServerProcess): Promise<{ perSecond: number; p99: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight })
  const body = 'grant_type=client_credentials&client_id=nobody&client_secret=nothing'
  const send = () =>
    new Promise<void>((resolve, reject) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }
      const sent = request(`${issuer}/oauth/token`, { method: 'POST', agent, headers }, (response) => {
        response.resume()
        response.on('end', resolve)
      })
      sent.on('error', reject)
      sent.end(body)
    })
  const times: number[] = []
  const beganAt = performance.now()
  const until = beganAt + secondsEach * 1000
  const client = async () => {
    while (performance.now() < until) {
      const sentAt = performance.now()
      await send()
      times.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, client))
  const seconds = (performance.now() - beganAt) / 1000
  agent.destroy()
  return {
    perSecond: times.length / seconds,
    p99: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0,
  }
}

import type { Measured } from './cpu.ts'
import { costOf } from './guards/cost.ts'
import { keySetRows } from './guards/key-set-rows.ts'
import { revocationRow } from './guards/revocation-row.ts'
import { type StackName, stacks } from './guards/serve.ts'
import { algorithms, createWorld, doingNothing, type MeasuredAlgorithm } from './guards/world.ts'
import { installPeers } from './peers.ts'
import type { Benchmark, Row } from './run.ts'

const leastRatio = 0.9
const mostColdMicroseconds: Readonly<Record<MeasuredAlgorithm, number>> = { HS256: 30, ES256: 140 }

const names: Readonly<Record<StackName, string>> = {
  node: 'node:http',
  express: 'Express 5',
  fastify: 'Fastify 5',
  hono: 'Hono 4',
  koa: 'Koa 3',
  nest: 'Nest 11 on Express',
}

/** Said once, for it is the same everywhere. */
const whereItGoes =
  'the own functions of a guard take about 4 us of a request by the profiler (node:http, HS256, a token that is remembered): 1.3 to find it, 1.2 for its times, audience and issuer, 1.3 to choose by scheme and hand on; alone in a loop they take 1.3 us. On the cheapest open routes 4 us is a tenth. What is measured beyond that is not in our functions: Hono answers a route with one handler without composing anything and any middleware at all ends that, and the rest is in the system calls, which this machine, on whose two cores seven processes waited, charges differently from round to round. Not tried: checking of a remembered token nothing but its times.'

/** Every guard beside its own open route, in the same process, and what others do in their places. */
export const benchmark: Benchmark = {
  title: 'guards: a protected route beside an open one, processor time of the server, over HTTP',
  async run() {
    installPeers()
    const rows: Row[] = []
    const world = await createWorld()
    for (const name of stacks) {
      const { measured, variants } = await costOf(name, world)
      rows.push(...rowsOf(names[name], measured, variants))
    }
    world.close()
    rows.push(...(await keySetRows()), await revocationRow())
    return rows
  },
}

function rowsOf(stack: string, measured: Measured, variants: readonly string[]): Row[] {
  const rows: Row[] = []
  for (const algorithm of algorithms) {
    const others = variants
      .filter((variant) => !variant.startsWith('latchkey'))
      .filter((variant) => variant.endsWith(algorithm) || variant === doingNothing)
      .map((variant) => `${variant.replace(` ${algorithm}`, '')} ${shareOf(measured, variant)}`)
    const ratio = measured.ratio('open', `latchkey ${algorithm}`)
    rows.push({
      what: `${stack}, ${algorithm}: the open route’s cost as a share of the protected one’s`,
      measured: `${shareOf(measured, `latchkey ${algorithm}`)}${others.map((other) => `; ${other}`).join('')}`,
      goal: `>= ${leastRatio.toFixed(2)}`,
      met: ratio >= leastRatio,
      ...(stack === names.node && algorithm === 'HS256' ? { ifNotMet: whereItGoes } : {}),
    })
  }
  for (const algorithm of algorithms) {
    const added = measured.difference(`latchkey ${algorithm} cold`, 'open')
    const most = mostColdMicroseconds[algorithm]
    rows.push({
      what: `${stack}, ${algorithm}: what a token that was never seen adds (cache off)`,
      measured: `${added.toFixed(0)} us`,
      goal: `<= ${most} us`,
      met: added <= most,
    })
  }
  return rows
}

function shareOf(measured: Measured, variant: string): string {
  const [open, guarded] = [measured.time('open'), measured.time(variant)]
  return `${measured.ratio('open', variant).toFixed(2)} (${open.toFixed(0)} of ${guarded.toFixed(0)} us)`
}

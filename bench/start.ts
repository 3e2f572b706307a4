import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from './benchmark.ts'
import { median, startProcess, temporaryDirectory } from './server.ts'

const rounds = 9

export const benchmark: Benchmark = {
  title: 'from the start of the process to listening, from source, and its memory when idle',
  async run() {
    const directory = temporaryDirectory()
    const starts: number[] = []
    const cpu: number[] = []
    const resident: number[] = []
    // The first start makes keys and the compile cache; it is another figure.
    const first = await startProcess(directory.path)
    await first.stop()
    for (let round = 0; round < rounds; round += 1) {
      const server = await startProcess(directory.path)
      starts.push(server.startMs)
      cpu.push(server.cpuMs())
      await delay(1_000)
      resident.push(server.residentKb() / 1024)
      await server.stop()
    }
    directory.remove()
    const start = median(starts)
    const memory = median(resident)
    return [
      {
        what: `process start to listening, median of ${rounds} (range)`,
        measured: `${start.toFixed(0)} ms (${Math.min(...starts).toFixed(0)} to ${Math.max(...starts).toFixed(0)}), of it ${median(cpu)} ms CPU`,
        goal: '<= 300 ms',
        met: start <= 300,
      },
      {
        what: 'the first start on an empty directory',
        measured: `${first.startMs.toFixed(0)} ms`,
        goal: '<= 2,000 ms',
        met: first.startMs <= 2_000,
      },
      {
        what: 'resident memory when idle',
        measured: `${memory.toFixed(0)} MB`,
        goal: '<= 100 MB',
        met: memory <= 100,
      },
    ]
  },
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Coverage } from './coverage.ts'
import { enginesFor } from './engines.ts'
import { type Mutation, mutated } from './mutators.ts'
import { type Imports, testsNear } from './nearest.ts'
import { copyTree } from './scratch.ts'
import { tryTests } from './trial.ts'

export interface Result {
  readonly mutation: Mutation
  /** `types`: no test notices it, and the compiler does. */
  readonly outcome: 'failed' | 'too_slow' | 'types' | 'survived'
  /** The test files that ran with the mutation in place; the last one noticed it, if one did. */
  readonly tests: readonly string[]
}

interface WorkshopOptions {
  readonly root: string
  /** Where the scratch copies go. */
  readonly folder: string
  readonly imports: Imports
  /** How many test files are tried against one mutation. */
  readonly tests: number
  /** Leads to a cluster for tests of what is PostgreSQL's alone. */
  readonly postgres: string
  readonly signal: AbortSignal
}

/** How a test file is without a mutation. One that fails or is skipped whole tells nothing. */
interface Baseline {
  readonly tookMs: number
  readonly coverage: Coverage | undefined
}

interface Copies {
  /** With a mutation in it, as long as that is tried. */
  readonly changed: string
  readonly clean: string
}

/** How many near test files are looked at for some that run the mutated code, if one does: without any, all are. */
const lookedAt = 60
/** A test file of another folder that takes longer than this, a browser's for one, is left out: it costs more than it finds. */
const longMs = 20_000
const baselineLimitMs = 60_000

/** Tries mutations in copies of the working tree: each worker has one, and one that is never changed. */
export class Workshop {
  readonly #options: WorkshopOptions
  readonly #baselines = new Map<string, Promise<Baseline>>()

  constructor(options: WorkshopOptions) {
    this.#options = options
  }

  async tryAll(
    mutations: readonly Mutation[],
    workers: number,
    onResult: (result: Result) => void,
  ): Promise<void> {
    const queue = [...mutations]
    const work = async (copy: string) => {
      const copies = { changed: join(copy, 'changed'), clean: join(copy, 'clean') }
      for (const one of Object.values(copies)) copyTree(this.#options.root, one)
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        onResult(await this.#try(next, copies))
      }
    }
    await Promise.all(
      Array.from({ length: workers }, (_, at) => work(join(this.#options.folder, `worker-${at + 1}`))),
    )
  }

  async #try(mutation: Mutation, { changed: copy, clean }: Copies): Promise<Result> {
    const path = join(copy, mutation.file)
    const text = readFileSync(path, 'utf8')
    const engines = enginesFor(mutation, text)
    const tests: string[] = []
    writeFileSync(path, mutated(text, mutation))
    try {
      for (const [at, test] of testsNear(mutation.file, this.#options.imports).entries()) {
        if (tests.length === this.#options.tests) break
        if (at >= Math.max(lookedAt, 2 * this.#options.tests) && tests.length > 0) break
        const { tookMs, coverage } = await this.#baselineOf(test, engines, clean)
        if (!coverage?.runs(mutation.file, mutation.start)) continue
        if (tookMs > longMs && dirname(test) !== dirname(mutation.file)) continue
        tests.push(test)
        const limitMs = Math.min(60_000, Math.max(15_000, 5 * tookMs))
        const env = this.#envFor(engines, copy)
        const { outcome } = await tryTests(test, { root: copy, limitMs, env, signal: this.#options.signal })
        if (outcome !== 'passed') return { mutation, outcome, tests }
      }
      const outcome = (await compiles(copy, this.#options.signal)) ? 'survived' : 'types'
      return { mutation, outcome, tests }
    } finally {
      writeFileSync(path, text)
    }
  }

  /** Measured once, by the worker that needs it first. */
  #baselineOf(test: string, engines: string, clean: string): Promise<Baseline> {
    const env = this.#envFor(engines, clean)
    const key = `${engines} ${test}`
    const known = this.#baselines.get(key)
    if (known !== undefined) return known
    const { signal } = this.#options
    const measured = tryTests(test, {
      root: clean,
      limitMs: baselineLimitMs,
      env,
      withCoverage: true,
      signal,
    })
    this.#baselines.set(key, measured)
    return measured
  }

  #envFor(engines: string, copy: string): Readonly<Record<string, string>> {
    return {
      LATCHKEY_TEST_POSTGRES: this.#options.postgres,
      LATCHKEY_TEST_ENGINES: engines,
      NODE_COMPILE_CACHE: join(copy, '.compile-cache'),
    }
  }
}

async function compiles(copy: string, signal: AbortSignal): Promise<boolean> {
  const compiler = join(copy, 'node_modules/.bin/tsc')
  const child = spawn(compiler, ['--noEmit', '-p', '.'], { cwd: copy, stdio: 'ignore', signal })
  const [code] = await once(child, 'exit')
  return code === 0
}

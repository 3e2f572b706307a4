import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Range {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

/** What the processes of one test file ran, by the paths from the root of the repository. */
export class Coverage {
  /** For each file, the ranges that each process reports of it. */
  readonly #ranges = new Map<string, Range[][]>()

  /** Read what V8 wrote into a folder that was given as NODE_V8_COVERAGE. */
  static read(folder: string, root: string): Coverage {
    const coverage = new Coverage()
    for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
      // V8 wrote it (Chrome DevTools Protocol, Profiler.takePreciseCoverage).
      const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        result: { url: string; functions: { ranges: Range[] }[] }[]
      }
      for (const { url, functions } of result) {
        if (!url.startsWith('file:')) continue
        const file = relative(root, fileURLToPath(url))
        if (!/^packages\/\w+\/src\//.test(file)) continue
        const ranges = functions.flatMap((one) => one.ranges)
        coverage.#ranges.set(file, [...(coverage.#ranges.get(file) ?? []), ranges])
      }
    }
    return coverage
  }

  /** Whether any process ran the code at this place. The smallest range around it decides. */
  runs(file: string, at: number): boolean {
    return (this.#ranges.get(file) ?? []).some((ranges) => {
      const around = ranges.filter(({ startOffset, endOffset }) => startOffset <= at && at < endOffset)
      const smallest = around.reduce<Range | undefined>(
        (best, range) => (best === undefined || sizeOf(range) <= sizeOf(best) ? range : best),
        undefined,
      )
      return smallest !== undefined && smallest.count > 0
    })
  }
}

function sizeOf({ startOffset, endOffset }: Range): number {
  return endOffset - startOffset
}

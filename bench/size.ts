import { gzipSync } from 'node:zlib'
import { buildConsole } from '../tools/build/console.ts'
import type { Benchmark, Row } from './benchmark.ts'
import { type Bundle, bundle } from './bundle.ts'

const kilobyte = 1024

export const sizes = [
  { what: 'verify only, Node', platform: 'node', names: ['createVerifier'], atMost: 5 },
  { what: 'verify only, browsers', platform: 'browser', names: ['createAsyncVerifier'], atMost: 5 },
  {
    what: 'sign, verify and key sets, Node',
    platform: 'node',
    names: ['createSigner', 'createVerifier', 'createAsyncVerifier', 'keySet', 'remoteKeySet'],
    atMost: 8,
    ifNotMet:
      'built without one part at a time: keys too weak to use 0.7 KB, public keys in the place of secrets 0.7, the memo of verified tokens 0.5, reading by shape 0.4, memos of headers and misses 0.2; without all of these 7.3 KB, but they are what the library is for. All error messages together are 1.0 KB. Taken out: the messages of TokenError, which are now its codes in words (0.3).',
  },
  {
    what: 'sign, verify and key sets, browsers',
    platform: 'browser',
    names: ['createAsyncSigner', 'createAsyncVerifier', 'keySet', 'remoteKeySet'],
    atMost: 8,
    ifNotMet:
      'built without one part at a time: to refuse unknown options with the nearest name 0.25 KB, to say which URL failed and why 0.08, to let nobody wait for an issuer that hangs 0.06, the hook for such errors 0.05; without them 7.8 KB. Taken out: messages that several options share, the class of the remote key set (0.1), imports that only signing needs.',
  },
] as const

export const benchmark: Benchmark = {
  title: 'what a program ships of the token library: esbuild, minified and gzipped; a KB has 1,024 bytes',
  async run() {
    const rows: Row[] = []
    for (const { what, platform, names, atMost, ...rest } of sizes) {
      rows.push({ ...rowOf(what, await bundle(names, platform), atMost), ...rest })
    }
    return [...rows, ...debuggerRows()]
  },
}

/** The debugger of tokens: what its page needs to stand, and all that it loads, in the language that is the longer. */
function debuggerRows(): readonly Row[] {
  const { files, debuggerPreload } = buildConsole()
  const first = ['debugger.js', ...debuggerPreload['zh-Hant']]
  const all = new Set(first)
  // What a script names, whether it is imported before or later. The set grows while it is walked.
  for (const name of all) {
    for (const [, next = ''] of (files.get(name) ?? '').matchAll(/"\.\/([\w-]+\.js)"/g)) all.add(next)
  }
  const bytesOf = (names: Iterable<string>) =>
    Array.from(names, (name) => Buffer.from(files.get(name) ?? '')).reduce(
      (sum, text) => ({
        minBytes: sum.minBytes + text.length,
        gzipBytes: sum.gzipBytes + gzipSync(text).length,
      }),
      { minBytes: 0, gzipBytes: 0 },
    )
  const row = rowOf('the token debugger, first load', { code: '', ...bytesOf(first) }, 25)
  const whole = kilobytes(bytesOf(all).gzipBytes)
  return [{ ...row, measured: `${row.measured}; ${whole} with all that it loads after that, both languages` }]
}

function rowOf(what: string, { minBytes, gzipBytes }: Bundle, atMost: number): Row {
  return {
    what,
    measured: `${kilobytes(gzipBytes)} (${kilobytes(minBytes)} minified)`,
    goal: `<= ${atMost} KB`,
    met: gzipBytes <= atMost * kilobyte,
  }
}

function kilobytes(bytes: number): string {
  return `${(bytes / kilobyte).toFixed(2)} KB`
}

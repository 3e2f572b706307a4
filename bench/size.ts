import { type Bundle, bundle } from './bundle.ts'
import { installPeers } from './peers.ts'
import type { Benchmark, Row } from './run.ts'

const kilobyte = 1024

const sizes = [
  { what: 'verify only, Node', platform: 'node', names: ['createVerifier'], atMost: 5 },
  { what: 'verify only, browsers', platform: 'browser', names: ['createAsyncVerifier'], atMost: 5 },
  {
    what: 'sign, verify and key sets, Node',
    platform: 'node',
    names: ['createSigner', 'createVerifier', 'createAsyncVerifier', 'keySet', 'remoteKeySet'],
    atMost: 8,
  },
  {
    what: 'sign, verify and key sets, browsers',
    platform: 'browser',
    names: ['createAsyncSigner', 'createAsyncVerifier', 'keySet', 'remoteKeySet'],
    atMost: 8,
  },
] as const

export const benchmark: Benchmark = {
  title: 'what a program ships of the token library: esbuild, minified and gzipped; a KB has 1,024 bytes',
  async run() {
    installPeers()
    const rows: Row[] = []
    for (const { what, platform, names, atMost } of sizes) {
      rows.push(rowOf(what, await bundle(names, platform), atMost))
    }
    return rows
  },
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

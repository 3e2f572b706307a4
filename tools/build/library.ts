/**
 * The last step of building the library: each entry as Node loads it, with what several entries share in files of its
 * own. A file costs Node about a millisecond to find, read and link, and the token library alone has thirty; bundlers
 * keep the single modules, of which they leave out what is not used (docs/decisions/0008).
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const library = join(import.meta.dirname, '../../packages/latchkey')

export type Target = string | { readonly [condition: string]: Target }

/** What package.json says of each entry, by its subpath. */
export function readEntries(): Record<string, Record<string, Target>> {
  const { exports: entries } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'))
  return entries
}

export async function bundleLibrary(outdir: string): Promise<void> {
  await build({
    entryPoints: Object.values(readEntries()).map((entry) =>
      join(library, sourceOf(entry['latchkey-source'])),
    ),
    outbase: join(library, 'src'),
    outdir,
    chunkNames: 'shared/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    conditions: ['latchkey-source', 'node'],
    logLevel: 'warning',
  })
}

/** The source of an entry for Node. */
export function sourceOf(target: Target | undefined): string {
  if (target === undefined) throw new Error('an entry names no source')
  return typeof target === 'string' ? target : sourceOf(target.node)
}

if (import.meta.main) await bundleLibrary(join(library, 'dist/node'))

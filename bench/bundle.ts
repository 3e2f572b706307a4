import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

export interface Bundle {
  readonly code: string
  readonly minBytes: number
  readonly gzipBytes: number
}

/** What a program that imports these names of `latchkey/token` ships, built of the sources. */
export async function bundle(
  names: readonly string[],
  platform: 'node' | 'browser',
  { minify = true } = {},
): Promise<Bundle> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { ${names.join(', ')} } from 'latchkey/token'`,
      resolveDir: fileURLToPath(new URL('../packages/latchkey', import.meta.url)),
    },
    bundle: true,
    write: false,
    minify,
    format: 'esm',
    target: 'es2024',
    platform,
    conditions: ['latchkey-source'],
    external: ['node:*'],
    legalComments: 'none',
  })
  const code = outputFiles.map(({ text }) => text).join('')
  return { code, minBytes: Buffer.byteLength(code), gzipBytes: gzipSync(code, { level: 9 }).length }
}

import { build } from 'esbuild'

/** `latchkey/client`, all of it, as one module for a page. */
export async function bundledClient(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from 'latchkey/client'`, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['latchkey-source'],
  })
  return outputFiles.map(({ text }) => text).join('')
}

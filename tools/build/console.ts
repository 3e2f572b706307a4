/**
 * The console as browsers get it: its modules, Preact and `latchkey/client` in one script. In this repository the server
 * asks for it when the console is first opened; the last step of `npm run build` puts it where the published server
 * looks for it.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { buildSync } from 'esbuild'

const source = join(import.meta.dirname, '../../packages/console/src')
const published = join(import.meta.dirname, '../../packages/server/dist/console')

/** What is served, by name. It takes about 60 ms, most of them for starting esbuild. */
export function buildConsole(): ReadonlyMap<string, string> {
  const { outputFiles } = buildSync({
    entryPoints: [join(source, 'main.ts')],
    outfile: join(published, 'main.js'),
    write: false,
    bundle: true,
    minify: true,
    // Fetched by nobody but a browser whose developer tools are open.
    sourcemap: 'linked',
    format: 'esm',
    target: 'es2024',
    conditions: ['latchkey-source'],
    logLevel: 'warning',
  })
  return new Map([
    ...outputFiles.map(({ path, text }) => [basename(path), text] as const),
    ...['console.css', 'icon.svg'].map((name) => [name, readFileSync(join(source, name), 'utf8')] as const),
  ])
}

if (import.meta.main) {
  mkdirSync(published, { recursive: true })
  for (const [name, text] of buildConsole()) writeFileSync(join(published, name), text)
  // The licence of Preact asks that it goes where the code goes.
  const { resolve } = createRequire(join(source, 'main.ts'))
  copyFileSync(join(dirname(resolve('preact/package.json')), 'LICENSE'), join(published, 'preact-LICENSE'))
}

/**
 * The console as browsers get it: a script for the frame with Preact and `latchkey/client`, and one for each page, loaded
 * when the page is opened; and the debugger of tokens, which is a page of its own. In this repository the server calls
 * `buildConsole` when one of them is first opened; the last step of `npm run build` writes the files where the published
 * server reads them.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { buildSync, type Metafile, transformSync } from 'esbuild'
import type { BuiltConsole } from '../../packages/server/src/pages/console-files.ts'

const root = join(import.meta.dirname, '../..')
const source = join(root, 'packages/console/src')
const published = join(root, 'packages/server/dist/console')

/** The files as they are served. It takes about 0.1 s, most of it to start esbuild. */
export function buildConsole(): BuiltConsole {
  const console = bundle('app/main.tsx', 'main')
  const debugging = bundle('debugger/main.tsx', 'debugger')
  const words = (name: string) => [...debugging.files.keys()].filter((file) => file.startsWith(`${name}-`))
  return {
    files: new Map([
      ...console.files,
      ...debugging.files,
      ...['console.css', 'debugger.css'].map((name) => [name, styleOf(name)] as const),
      ['icon.svg', readFileSync(join(source, 'icon.svg'), 'utf8')],
    ]),
    preload: console.preload,
    debuggerPreload: {
      en: [...debugging.preload, ...words('page-en').filter(isScript)],
      'zh-Hant': [...debugging.preload, ...words('page-zh').filter(isScript)],
    },
  }
}

/** Without comments and blanks. What it means is for browsers to decide, so that nothing is written for older ones. */
function styleOf(name: string): string {
  const text = readFileSync(join(source, name), 'utf8')
  return transformSync(text, { loader: 'css', minify: true, target: 'esnext', logLevel: 'warning' }).code
}

const isScript = (file: string) => file.endsWith('.js')

/** The scripts of one page by their names, and those that its first script imports before it runs. */
function bundle(
  entry: string,
  name: string,
): { files: ReadonlyMap<string, string>; preload: readonly string[] } {
  const { outputFiles, metafile } = buildSync({
    entryPoints: { [name]: join(source, entry) },
    outdir: published,
    absWorkingDir: root,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    minify: true,
    // The names of all files but the entry change with their content, so that browsers may keep them for good.
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    // Loaded only by a browser whose developer tools are open.
    // The server names the map in a header: a comment in each script would be loaded by everybody.
    sourcemap: 'external',
    format: 'esm',
    target: 'es2024',
    conditions: ['latchkey-source'],
    logLevel: 'warning',
  })
  return {
    files: new Map(outputFiles.map(({ path, text }) => [basename(path), text] as const)),
    preload: importedBy(join(relative(root, published), `${name}.js`), metafile.outputs).map((path) =>
      basename(path),
    ),
  }
}

/** What a script imports before it runs, directly or not. A page's script is imported later, and is not among it. */
function importedBy(
  script: string,
  outputs: Metafile['outputs'],
  found = new Set<string>(),
): readonly string[] {
  for (const { path, kind } of outputs[script]?.imports ?? []) {
    if (kind !== 'import-statement' || found.has(path)) continue
    found.add(path)
    importedBy(path, outputs, found)
  }
  return [...found]
}

/** Write the files into a folder that holds nothing else. */
export function writeConsole(folder: string): void {
  // The files of an earlier build have other names.
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { files, ...lists } = buildConsole()
  for (const [name, text] of files) writeFileSync(join(folder, name), text)
  // The list of what is served, beside it.
  writeFileSync(join(folder, 'files.json'), JSON.stringify({ files: [...files.keys()], ...lists }, null, 2))
  // The licence of Preact requires a copy of it beside the code.
  const { resolve } = createRequire(join(source, 'app/main.tsx'))
  copyFileSync(join(dirname(resolve('preact/package.json')), 'LICENSE'), join(folder, 'preact-LICENSE'))
}

if (import.meta.main) writeConsole(published)

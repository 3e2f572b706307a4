import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { parseSync } from 'oxc-parser'

/** Which files import which, by their paths from the root of the repository. */
export type Imports = ReadonlyMap<string, readonly string[]>

/** It writes the pages of docs/ anew from the tables of the sources. */
const generated = 'tools/checks/generated.test.ts'

/** It runs every statement of every store. */
const tableOfStatements = 'packages/server/test/stores.test.ts'

/** They say of every route whom it lets in, and stand in the folder of what they are about. */
const tablesOfRoutes: ReadonlySet<string> = new Set([
  'packages/server/src/accounts/acting/acting.test.ts',
  'packages/server/src/api-keys/doors.test.ts',
])

/**
 * The test files that reach `file` through what they import, and those of its folder, which may start a process that runs
 * it; the nearest first: those that import it themselves and, of what makes a route or asks a database, the tables of these, then those of its folder and of
 * its part, then the tables that hold for every part of its package, then the others of its package, then all others; among these, those
 * with the fewest imports between.
 */
export function testsNear(file: string, imports: Imports): string[] {
  const importers = new Map<string, string[]>()
  for (const [importer, targets] of imports) {
    for (const target of targets) importers.set(target, [...(importers.get(target) ?? []), importer])
  }
  const distances = new Map([[file, 0]])
  const queue = [file]
  for (const at of queue) {
    for (const importer of importers.get(at) ?? []) {
      if (distances.has(importer)) continue
      distances.set(importer, distances.get(at)! + 1)
      queue.push(importer)
    }
  }
  const own = imports.get(file) ?? []
  const isOfRoutes =
    file === 'packages/server/src/http/authorize.ts' ||
    ['route', 'schema'].every((name) => own.includes(`packages/server/src/http/${name}.ts`))
  const placeOf = (test: string) => {
    if (distances.get(test) === 1 || (isOfRoutes && tablesOfRoutes.has(test))) return -1
    if (test === tableOfStatements && file.endsWith('/store.ts')) return -1
    if (dirname(test) === dirname(file)) return 0
    if (partOf(test) === partOf(file)) return 0.5
    if (test === generated) return 1
    if (packageOf(test) !== packageOf(file)) return 3
    return dirname(test) === `${packageOf(file)}test` ? 1 : 2
  }
  for (const name of imports.keys()) {
    if (dirname(name) === dirname(file) && !distances.has(name)) distances.set(name, imports.size)
  }
  return [...distances]
    .filter(([name]) => isTest(name))
    .sort(
      ([one, near], [other, far]) => placeOf(one) - placeOf(other) || near - far || (one < other ? -1 : 1),
    )
    .map(([name]) => name)
}

/** `packages/server/src/oauth/`, wherever in it a file stands. */
function partOf(file: string): string {
  return /^packages\/\w+\/src\/[\w-]+\//.exec(file)?.[0] ?? file
}

function packageOf(file: string): string | undefined {
  return /^packages\/\w+\//.exec(file)?.[0]
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts') && !file.includes('/interop/')
}

export function readImports(root: string): Imports {
  const hasFrameworks = existsSync(join(root, 'examples/frameworks/node_modules'))
  const names = globSync('{packages/*/{src,test},tests,tools,examples}/**/*.ts', {
    cwd: root,
    // Without the frameworks, their tests are skipped.
    exclude: (name) => name === 'node_modules' || (name === 'frameworks' && !hasFrameworks),
  })
  const own = readOwnNames(root)
  return new Map(
    names.map((name) => {
      const text = readFileSync(join(root, name), 'utf8')
      const { module } = parseSync(name, text)
      const specifiers = [
        ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
        ...module.staticExports.flatMap(({ entries }) =>
          entries.map(({ moduleRequest }) => moduleRequest?.value),
        ),
        ...module.dynamicImports.map(({ moduleRequest: { start, end } }) => text.slice(start + 1, end - 1)),
      ]
      const targets = specifiers.flatMap((specifier = '') => {
        if (!specifier.startsWith('.')) return own.get(specifier) ?? []
        const path = normalize(join(dirname(name), specifier))
        // A part that is known only when it runs may be any.
        return path.includes('${') ? globSync(path.replaceAll(/\$\{[^}]*\}/g, '*'), { cwd: root }) : [path]
      })
      return [name, [...new Set(targets)]]
    }),
  )
}

/** `latchkey/token` and `#keys`, each with the sources that it may lead to. */
function readOwnNames(root: string): Map<string, string[]> {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'packages/latchkey/package.json'), 'utf8'))
  // npm has read this file before we do.
  const { exports: entries, imports } = manifest as Record<string, Record<string, unknown>>
  const named = [
    ...Object.entries(entries ?? {}).map(
      ([subpath, target]) => [`latchkey${subpath.slice(1)}`, target] as const,
    ),
    ...Object.entries(imports ?? {}),
  ]
  return new Map(named.map(([name, target]) => [name, sourcesIn(target)]))
}

function sourcesIn(target: unknown): string[] {
  if (typeof target === 'string') {
    return target.startsWith('./src/') ? [normalize(join('packages/latchkey', target))] : []
  }
  return [...new Set(Object.values(target ?? {}).flatMap(sourcesIn))]
}

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readEntries, type Target } from './bundle-library.ts'

const library = join(import.meta.dirname, '../packages/latchkey')

/** A name that a program can import of the library. */
export interface PublicExport {
  /** The entry and the name: `token: createVerifier`. */
  readonly where: string
  /** The file that declares it, from the folder of the library. */
  readonly file: string
  /** Its doc comment; undefined where there is none. */
  readonly comment: string | undefined
}

/** Every public export of every entry, on every platform, with its comment. */
export function publicExports(): readonly PublicExport[] {
  return Object.entries(readEntries()).flatMap(([subpath, entry]) =>
    [...new Set(sourcesOf(entry['latchkey-source']))].flatMap((source) => {
      const file = join(library, source)
      const entryName = source.includes('/web/') ? `${subpath.slice(2)} (browsers)` : subpath.slice(2)
      return [...exportsOf(file)].map(([name, place]) => ({
        where: `${entryName}: ${name}`,
        file: place.file.slice(library.length + 1),
        comment: place.comment,
      }))
    }),
  )
}

function sourcesOf(target: Target | undefined): string[] {
  if (target === undefined) return []
  return typeof target === 'string' ? [target] : Object.values(target).flatMap(sourcesOf)
}

interface Place {
  readonly file: string
  readonly comment: string | undefined
}

/** What a file exports, followed to where it is declared. A scan of our own style of sources, not of all TypeScript. */
export function exportsOf(file: string, text = readFileSync(file, 'utf8')): ReadonlyMap<string, Place> {
  const found = new Map<string, Place>()
  const from = (path: string) => join(dirname(file), path)
  for (const [, names = '', path] of text.matchAll(/^export (?:type )?\{([^}]*)\}(?: from '([^']+)')?/gm)) {
    for (const [inner, outer] of namesIn(names)) {
      const source = path === undefined ? importOf(text, inner) : { name: inner, path }
      const place =
        source === undefined
          ? declarationIn(file, text, inner)
          : exportsOf(from(source.path)).get(source.name)
      if (place === undefined) throw new Error(`${file} exports ${inner}, which is declared nowhere`)
      found.set(outer, place)
    }
  }
  for (const [, path = ''] of text.matchAll(/^export \* from '([^']+)'/gm)) {
    for (const [name, place] of exportsOf(from(path))) found.set(name, place)
  }
  for (const [, name = ''] of text.matchAll(
    /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|class|const|interface|type) ([\w$]+)/gm,
  )) {
    const place = declarationIn(file, text, name)
    if (place !== undefined && !found.has(name)) found.set(name, place)
  }
  return found
}

/** `a`, `type b`, `c as d` -> [a, a], [b, b], [c, d]. */
function namesIn(list: string): [inner: string, outer: string][] {
  return list
    .split(',')
    .map((name) => name.trim().replace(/^type /, ''))
    .filter((name) => name !== '')
    .map((name) => {
      const [inner = '', outer = inner] = name.split(' as ')
      return [inner, outer]
    })
}

/** Where a file has a name from that it exports without `from`. */
function importOf(
  text: string,
  wanted: string,
): { readonly name: string; readonly path: string } | undefined {
  for (const [, names = '', path = ''] of text.matchAll(/^import (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm)) {
    for (const [inner, outer] of namesIn(names)) if (outer === wanted) return { name: inner, path }
  }
  return undefined
}

/** The first declaration of a name: of a function with overloads, that which carries the comment. */
function declarationIn(file: string, text: string, name: string): Place | undefined {
  const declaration = new RegExp(
    `^(?:export )?(?:declare )?(?:abstract )?(?:async )?(?:function\\*?|class|const|interface|type) ${name.replace('$', '\\$')}\\b`,
    'm',
  )
  const at = text.search(declaration)
  if (at === -1) return undefined
  const comment = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n(?:\/\/[^\n]*\n)*$/.exec(text.slice(0, at))?.[1]
  return { file, comment }
}

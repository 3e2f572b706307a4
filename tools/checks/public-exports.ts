import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readEntries, sourceOf, type Target } from '../build/library.ts'

/** Something that a program can import, and what is written above it. */
export interface PublicExport {
  /** `latchkey/token: createVerifier`. */
  readonly name: string
  readonly file: string
  /** The text of its doc comment; undefined if it has none. */
  readonly comment: string | undefined
}

const library = join(import.meta.dirname, '../../packages/latchkey')

/** Every export of every entry of the library, by what its source says. */
export function readPublicExports(): PublicExport[] {
  return Object.entries(readEntries()).flatMap(([subpath, entry]) =>
    sourcesOf(entry['latchkey-source']).flatMap((source) =>
      [...exportsOf(join(library, source))].map(([exported, { file, local }]) => ({
        name: `latchkey${subpath.slice(1)}: ${exported}`,
        file: file.slice(library.length + 1),
        comment: commentAbove(readFileSync(file, 'utf8'), local),
      })),
    ),
  )
}

/** Of an entry with another source for browsers, both. */
function sourcesOf(target: Target | undefined): readonly string[] {
  if (typeof target === 'string') return [target]
  return [...new Set([sourceOf(target), ...Object.values(target ?? {}).map(String)])]
}

interface Definition {
  readonly file: string
  readonly local: string
}

/** The names that a file exports, each with where it is defined. */
function exportsOf(file: string): Map<string, Definition> {
  const text = readFileSync(file, 'utf8')
  const found = new Map<string, Definition>()
  for (const [, name = ''] of text.matchAll(declaration)) found.set(name, { file, local: name })
  for (const [, list = '', from] of text.matchAll(/^export (?:type )?\{([^}]*)\}(?: from '([^']+)')?/gm)) {
    for (const item of list.split(',')) {
      const [, local, renamed] = /^\s*(?:type )?(\w+)(?: as (\w+))?\s*$/.exec(item) ?? []
      if (local === undefined) continue
      const source = from ?? importedFrom(text, local)
      found.set(renamed ?? local, source === undefined ? { file, local } : definitionOf(file, source, local))
    }
  }
  for (const [, from = ''] of text.matchAll(/^export \* from '([^']+)'/gm)) {
    for (const [name, definition] of exportsOf(resolved(file, from))) found.set(name, definition)
  }
  return found
}

const declaration =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|class|interface|type|let) (\w+)/gm

function definitionOf(file: string, from: string, local: string): Definition {
  const source = resolved(file, from)
  return exportsOf(source).get(local) ?? { file: source, local }
}

function importedFrom(text: string, local: string): string | undefined {
  const imports = text.matchAll(/^import (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm)
  return [...imports].find(([, list = '']) => new RegExp(`\\b${local}\\b`).test(list))?.[2]
}

function resolved(file: string, from: string): string {
  const path = join(dirname(file), from)
  if (!existsSync(path)) throw new Error(`${file} exports of ${from}, which is not there`)
  return path
}

/** The doc comment that ends right above the first declaration of `name`. */
export function commentAbove(text: string, name: string): string | undefined {
  const found = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n(?:// .*\\n)*(?:export )?(?:declare )?(?:abstract )?(?:async )?(?:function\\*?|const|class|interface|type) ${name}\\b`,
  ).exec(text)
  return found?.[1]
    ?.split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, ''))
    .join('\n')
    .trim()
}

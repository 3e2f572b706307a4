import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Proof } from '../src/asvs/requirement.ts'

const root = join(import.meta.dirname, '../../..')

/** What is wrong with a test that is named as a proof: it is not there, or has no such row. Undefined if nothing is. */
export function proofFault({ file, title, row }: Proof): string | undefined {
  const path = join(root, file)
  if (!existsSync(path)) return `${file} is not there`
  const text = readFileSync(path, 'utf8')
  const titles = [...text.matchAll(/\b(?:test|describe)\(\s*(['"`])(.*?)\1,/gs)]
  const isThere = titles.some(([, , found = '']) => found.replaceAll(substitution, '…').includes(title))
  if (!isThere) return `${file} has no test called ${title}`
  return row === undefined || isRowOf(text, row) ? undefined : `${file} has no row called ${row}`
}

/** What stands in a template for a row's own words, with an object in it at most. */
const substitution = /\$\{(?:[^{}]|\{[^{}]*\})*\}/g

/** A row is named by a text, or by the name of a member. */
function isRowOf(text: string, row: string): boolean {
  return [`'${row}'`, `"${row}"`, `\`${row}\``, `\n  ${row}: `].some((written) => text.includes(written))
}

import { parse } from 'valibot'
import { moment } from '../http/schema.ts'
import { textOption } from './options.ts'
import { WrongUse } from './wrong-use.ts'

/** @throws {WrongUse} for what is no moment */
export function momentOption(
  options: Readonly<Record<string, unknown>>,
  name: string,
  flag: string,
): number | undefined {
  const text = textOption(options, name)
  if (text === undefined) return undefined
  try {
    return parse(moment, text)
  } catch {
    throw new WrongUse(`${flag} takes a time as RFC 3339 writes it, such as 2026-12-24T18:00:00Z`)
  }
}

import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { wholeText } from '../../whole-text.ts'
import type { Given } from '../given.ts'
import { WrongUse } from '../wrong-use.ts'

const durationForm = wholeText(/(\d{1,9})([smhd])?/)

/**
 * What a token command works on: its argument, a file, or standard input (`-`). The line end that a file or a
 * pipe has at its end is no part of it; nothing else is taken off.
 */
export async function readInput({ args, options }: Given, what: string): Promise<string> {
  const [argument] = args
  const file = textOption(options, 'file')
  if ((argument === undefined) === (file === undefined)) {
    throw new WrongUse(`give ${what}: as an argument, with --file FILE, or - for standard input`)
  }
  if (file !== undefined) return withoutLineEnd(readNamed(file, '--file'))
  return argument === '-' ? withoutLineEnd(await text(process.stdin)) : (argument ?? '')
}

export function readNamed(file: string, option: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // what readFileSync throws
    throw new WrongUse(`${option} names ${file}, which cannot be read (${code})`)
  }
}

export function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}

/** An option as commander gives it: text, if it was said. */
export function textOption(options: Given['options'], name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

/** As `textOption` for one that may be said several times. */
export function listOption(options: Given['options'], name: string): readonly string[] | undefined {
  const value = options[name]
  return Array.isArray(value) ? value.map(String) : undefined
}

/** `90`, `90s`, `15m`, `2h` or `7d`, in seconds. */
export function secondsOption(options: Given['options'], name: string, flag: string): number | undefined {
  const value = textOption(options, name)
  if (value === undefined) return undefined
  const [, count, unit = 's'] = durationForm.exec(value) ?? []
  if (count === undefined) throw new WrongUse(`${flag} takes seconds, or 15m, 2h, 7d`)
  return Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 1)
}

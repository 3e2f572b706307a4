import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import type { Given } from '../given.ts'
import { textOption } from '../options.ts'
import { WrongUse } from '../wrong-use.ts'

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

import { wholeText } from '../../whole-text.ts'
import { hashBytes, type TreeHead } from './merkle.ts'
import { type Note, parseNote } from './notes.ts'

const sizeForm = wholeText(/0|[1-9]\d{0,15}/)

/** What a log says of itself at one size (C2SP tlog-checkpoint). */
export interface Checkpoint extends TreeHead {
  readonly origin: string
  readonly note: Note
}

export function checkpointText(origin: string, { size, root }: TreeHead): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`
}

/**
 * Read a checkpoint. Nothing is verified by that.
 * @throws {TypeError} if it is none
 */
export function parseCheckpoint(text: string): Checkpoint {
  const note = parseNote(text)
  const [origin = '', sizeText = '', rootText = ''] = note.text.split('\n')
  const size = sizeIn(sizeText)
  const root = hashIn(rootText)
  if (origin === '' || size === undefined || root === undefined)
    throw new TypeError('this is no checkpoint of a log')
  return { origin, size, root, note }
}

/** A size in decimal without leading zeros, which a number can hold. */
export function sizeIn(text: string): number | undefined {
  const size = sizeForm.test(text) ? Number(text) : undefined
  return size !== undefined && Number.isSafeInteger(size) ? size : undefined
}

/** A hash in base64, as it is written in one way only. */
export function hashIn(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === hashBytes && bytes.toString('base64') === text ? bytes : undefined
}

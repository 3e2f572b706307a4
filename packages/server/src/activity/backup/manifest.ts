import { hash } from 'node:crypto'
import * as v from 'valibot'
import { wholeText } from '../../whole-text.ts'
import { hashIn, sizeIn } from '../proof/checkpoint.ts'
import { type NoteSigner, parseNote, signNote, type VerifierKey, verifyNote } from '../proof/notes.ts'

// A backup is complete once its manifest is there: a signed note (C2SP signed-note) over the log that it has, and over the list of
// its files.

const format = 'latchkey-backup-v1'
export const manifestName = 'manifest'

export interface Manifest {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number
  /** The name of the list of files, and its SHA-256 in hex. */
  readonly list: string
  readonly listHash: string
}

export function signManifest(signer: NoteSigner, manifest: Manifest): string {
  const { origin, size, root, at, list, listHash } = manifest
  const lines = [format, origin, `${size}`, root.toString('base64'), `${at}`, list, listHash]
  const text = `${lines.join('\n')}\n`
  return `${text}\n${signNote(signer, text, at)}`
}

/**
 * @param keys one of these has signed it
 * @throws {Error} if it is none, or is not signed by any
 */
export function readManifest(note: string, keys: readonly VerifierKey[]): Manifest {
  const parsed = parseNote(note)
  const found = keys.map((key) => verifyNote(parsed, key))
  if (!found.includes('signed') || found.includes('wrong')) {
    throw new Error('the manifest of the backup is not signed by a key of this log')
  }
  const [is, origin = '', sizeText = '', rootText = '', atText = '', list = '', listHash = ''] =
    parsed.text.split('\n')
  const [size, root, at] = [sizeIn(sizeText), hashIn(rootText), sizeIn(atText)]
  if (is !== format || size === undefined || root === undefined || at === undefined) {
    throw new Error('the manifest of the backup is of another form')
  }
  return { origin, size, root, at, list, listHash }
}

/** A file of a backup. */
export interface ListedFile {
  readonly name: string
  readonly sha256: string
  readonly bytes: number
  /** How many events it has. */
  readonly events: number
}

const listed = v.strictObject({
  name: v.pipe(v.string(), v.regex(wholeText(/[a-z0-9-]+(\/[a-z0-9-]+)?(\.[a-z0-9]+)*/))),
  sha256: v.pipe(v.string(), v.regex(wholeText(/[0-9a-f]{64}/))),
  bytes: v.pipe(v.number(), v.safeInteger()),
  events: v.pipe(v.number(), v.safeInteger()),
})

export const writeList = (files: readonly ListedFile[]) =>
  files.map((file) => `${JSON.stringify(file)}\n`).join('')

export function readList(text: string): ListedFile[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => v.parse(listed, JSON.parse(line)))
}

export const hashOf = (bytes: Uint8Array | string) => hash('sha256', bytes)

import { randomBytes } from 'node:crypto'
import { link, open, rename, rm, writeFile } from 'node:fs/promises'

const largest = 64 * 1024

/** @throws {TypeError} if it is not a path. */
export function checkPath(path: unknown): void {
  if (typeof path !== 'string' || path === '') throw new TypeError('the path of a file is a text')
}

/** The text of a file that only its owner may read; undefined if there is none. An Error for one that others may read. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch(ignoring('ENOENT'))
  if (file === undefined) return undefined
  try {
    const { mode, size } = await file.stat()
    // Windows has no such bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new Error('this file may be read by others: make it 0600, or remove it and sign in again')
    }
    if (size > largest) throw new Error('this file is too long to be one of ours')
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}

/**
 * Write a file that only its owner may read. It changes at once: it is written beside and then takes the name. With
 * `isNew` only where nobody has the name; otherwise that file stays.
 */
export async function writePrivateFile(
  path: string,
  text: string,
  { isNew = false }: { readonly isNew?: boolean } = {},
): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600, flush: true })
    if (isNew) await link(draft, path).catch(ignoring('EEXIST'))
    else await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}

function ignoring(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === code) return undefined
    throw error
  }
}

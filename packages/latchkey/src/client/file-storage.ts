import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import type { OpenStorage } from './storage.ts'

const largest = 64 * 1024

/**
 * Keeps the session of a program in a file that only its owner may read, so that it is signed in when it starts again. An
 * Error for a file that others may read. Several processes may share it: each reads it before it renews.
 */
export function fileStorage(path: string): OpenStorage {
  return () => ({
    async read() {
      const file = await open(path, 'r').catch(ignoring('ENOENT'))
      if (file === undefined) return undefined
      try {
        const { mode, size } = await file.stat()
        // Windows has no such bits.
        if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
          throw new Error(
            'the session file may be read by others: make it 0600, or remove it and sign in again',
          )
        }
        if (size > largest) throw new Error('the session file is too long to be one')
        return parsed(await file.readFile('utf8'))
      } finally {
        await file.close()
      }
    },
    /** The file changes at once: it is written beside and then takes the name. */
    async write(session) {
      const draft = `${path}.${randomBytes(6).toString('hex')}.new`
      try {
        const file = await open(draft, 'wx', 0o600)
        try {
          await file.writeFile(`${JSON.stringify(session)}\n`)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(draft, path)
      } finally {
        await rm(draft, { force: true })
      }
    },
    remove: () => rm(path, { force: true }),
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function ignoring(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === code) return undefined
    throw error
  }
}

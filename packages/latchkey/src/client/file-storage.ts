import { rm } from 'node:fs/promises'
import { checkPath, readPrivateFile, writePrivateFile } from './private-file.ts'
import type { OpenStorage } from './storage.ts'

export { fileKey } from './file-key.ts'

/**
 * Keeps the session of a program in a file that only its owner may read, so that it is signed in when it starts again. An
 * Error for a file that others may read. Several processes may share it: each reads it before it renews.
 */
export function fileStorage(path: string): OpenStorage {
  checkPath(path)
  return () => ({
    async read() {
      const text = await readPrivateFile(path)
      return text === undefined ? undefined : parsed(text)
    },
    async write(session) {
      await writePrivateFile(path, `${JSON.stringify(session)}\n`)
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

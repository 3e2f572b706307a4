import { rm } from 'node:fs/promises'
import { checkPath, readPrivateFile, writePrivateFile } from './private-file.ts'
import type { OpenStorage } from './storage.ts'

export { fileKey } from './proofs/file-key.ts'

/**
 * Keeps the session of a program in a file that only its owner may read (0600), so that it is still signed in when it
 * starts again. Several processes may share the file: each reads it before it refreshes. Reading rejects with an `Error`
 * if others may read the file.
 *
 * @throws {TypeError} if `path` is not a text.
 * @example
 * ```ts
 * import { createClient } from 'latchkey/client'
 * import { fileStorage } from 'latchkey/client/file-storage'
 *
 * const client = createClient({ issuer: 'https://id.example.com', storage: fileStorage('session.json') })
 * const session = await client.restore()
 * ```
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

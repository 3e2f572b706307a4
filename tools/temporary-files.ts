import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'

/** Databases of tests and copies of the tree have room in it. */
const leastBytes = 4e9

/**
 * Have this process and those that it starts write their temporary files into memory, where the system has a file system there that
 * is large enough, until this process exits. Tests make thousands of databases, each change of which would wait for the disk, and none has
 * to outlive the machine.
 */
export function keepTemporaryFilesInMemory(): void {
  const folder = folderInMemory()
  if (folder === undefined) return
  process.env.TMPDIR = folder
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
}

function folderInMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    if (bavail * bsize < leastBytes) return undefined
    const folder = mkdtempSync(join('/dev/shm', 'latchkey-'))
    // As every folder for temporary files is: PostgreSQL, which root may not run, has its own in it.
    chmodSync(folder, 0o1777)
    return folder
  } catch {
    return undefined
  }
}

import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { SinkFailure } from './failure.ts'

const newline = 0x0a
const chunk = 65_536

/**
 * Add bytes to a file, which is opened anew each time: a file that was rotated away is made again. A line that a killed process
 * has left half written is taken away first, since its events come again.
 */
export async function appendBytes(path: string, bytes: Buffer): Promise<void> {
  const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants
  const file = await open(path, O_APPEND | O_CREAT | O_RDWR | O_NOFOLLOW | O_NONBLOCK, 0o600)
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new SinkFailure('not_a_file')
    await file.truncate(await endOfLines(file, stat.size))
    await file.appendFile(bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Where the last whole line ends. */
async function endOfLines(file: FileHandle, size: number): Promise<number> {
  const buffer = Buffer.alloc(chunk)
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunk)
    const { bytesRead } = await file.read(buffer, 0, end - start, start)
    const at = buffer.subarray(0, bytesRead).lastIndexOf(newline)
    if (at >= 0) return start + at + 1
    end = start
  }
  return 0
}

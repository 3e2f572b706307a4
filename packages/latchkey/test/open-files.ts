import { readdir, readlink } from 'node:fs/promises'

/** The files of a folder that this process has open. None where the platform does not tell. */
export async function openFilesIn(folder: string): Promise<readonly string[]> {
  if (process.platform !== 'linux') return []
  const open = await readdir('/proc/self/fd')
  const paths = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
  return paths.filter((path) => path.startsWith(folder))
}

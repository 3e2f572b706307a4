import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const directory = fileURLToPath(new URL('peers/', import.meta.url))

/** Install what we are measured beside, and again when the list has changed; it is no part of the main install. */
export function installPeers(): void {
  if (hasPeers()) return
  console.log('installing the peers …')
  execFileSync('npm', ['ci', '--silent'], { cwd: directory, stdio: 'inherit', timeout: 600_000 })
}

/** Whether all of them are there, as the lock file of now has them. */
function hasPeers(): boolean {
  const installed = `${directory}node_modules/.package-lock.json`
  if (!existsSync(installed)) return false
  return statSync(installed).mtimeMs >= statSync(`${directory}package-lock.json`).mtimeMs
}

/** Import a peer as it would be from a program of its own. Its types are not ours, so the caller says what it uses. */
export async function peer<Module>(name: string): Promise<Module> {
  const file = createRequire(`${directory}package.json`).resolve(name)
  return (await import(pathToFileURL(file).href)) as Module
}

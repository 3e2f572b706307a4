import { readdirSync, readFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/** As `nice` counts: a thread of 10 gets about a tenth of what one of 0 gets, where both want the same core. */
const poolPriority = 10

/**
 * Let everything else of this process go before the thread pool of libuv, in which passwords are hashed: a storm of sign-ins then
 * waits for the other requests, and not they for it. Each thread has its own priority on Linux only (setpriority(2)); elsewhere,
 * and where the pool has not begun yet, nothing changes.
 */
export function lowerThreadPool(): void {
  if (process.platform !== 'linux') return
  const tasks = '/proc/self/task'
  for (const thread of readdirSync(tasks)) {
    try {
      if (readFileSync(`${tasks}/${thread}/comm`, 'utf8').trim() !== 'libuv-worker') continue
      setPriority(Number(thread), poolPriority)
    } catch {
      // The thread has ended, or the system forbids it: sign-ins work all the same.
    }
  }
}

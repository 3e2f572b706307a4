/**
 * Resolves after so many milliseconds, and then not before the page is visible. Timers stand still while a computer sleeps, so the
 * time is looked at again when the page is shown.
 * @throws the reason of the signal, if it aborts before
 */
export function whenShown(ms: number, signal: AbortSignal): Promise<void> {
  const dueMs = Date.now() + ms
  return new Promise((resolve, reject) => {
    const look = () => {
      if (Date.now() < dueMs || document.visibilityState !== 'visible') return
      end()
      resolve()
    }
    const timer = setTimeout(look, ms)
    const end = () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', look)
      signal.removeEventListener('abort', aborted)
    }
    document.addEventListener('visibilitychange', look)
    const aborted = () => {
      end()
      reject(signal.reason)
    }
    if (signal.aborted) aborted()
    else signal.addEventListener('abort', aborted)
  })
}

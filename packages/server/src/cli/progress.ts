const width = 30

/** A bar on the terminal of whoever waits; nothing where nobody looks on. */
export function createProgress(json: boolean) {
  const isShown = process.stderr.isTTY && !json
  const beganAt = performance.now()
  return {
    /** @param part of the work, from 0 to 1 */
    show(part: number, what: string): void {
      if (!isShown) return
      const bar = '#'.repeat(Math.round(part * width)).padEnd(width)
      const leftSeconds = Math.ceil(((performance.now() - beganAt) / 1000) * (1 / Math.max(part, 0.001) - 1))
      const left = part < 1 ? `, about ${leftSeconds} s left` : ''
      process.stderr.write(`\r[${bar}] ${Math.floor(part * 100)} % ${what}${left}\u001b[K`)
    },
    end(): void {
      if (isShown) process.stderr.write('\n')
    },
  }
}

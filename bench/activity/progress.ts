const everyMs = 10_000

/** Says on standard error, every ten seconds, how far something has come and when it will be done. */
export function createProgress(what: string, total: number): { at(done: number): void } {
  const beganAt = performance.now()
  let saidAt = beganAt
  return {
    at(done) {
      const now = performance.now()
      if (now - saidAt < everyMs && done < total) return
      saidAt = now
      const seconds = (now - beganAt) / 1000
      const left = ((total - done) / done) * seconds
      const n = (value: number) => Math.round(value).toLocaleString('en')
      console.error(
        `${what}: ${n(done)} of ${n(total)} (${Math.floor((done / total) * 100)} %) in ${n(seconds)} s, ${n(done / seconds)}/s, ${n(left)} s left`,
      )
    },
  }
}

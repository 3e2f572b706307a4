/** What an actor does when asked for something; what it returns is its answer. */
export type Part = (argument: Readonly<Record<string, unknown>>) => Promise<object>

/** Play parts by messages of the process that started us, and end with it. */
export function play(parts: Readonly<Record<string, Part>>): void {
  process.on('message', async (message: { request: string }) => {
    try {
      const part = parts[message.request]
      if (!part) throw new Error(`no such part: ${message.request}`)
      process.send?.(await part({ ...message }))
    } catch (error) {
      process.send?.({ error: error instanceof Error ? error.message : String(error) })
    }
  })
  process.on('disconnect', () => process.exit(0))
}

/** Why events were not delivered: a code, and never what the other side wrote. */
export class SinkFailure extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SinkFailure'
  }
}

/** What the platform calls an error, such as ECONNREFUSED. */
export function failureOf(error: unknown): SinkFailure {
  if (error instanceof SinkFailure) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return new SinkFailure(typeof code === 'string' ? code : 'failed')
}
